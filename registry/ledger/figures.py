"""What policies read of a source's budgets, reckoned as if a version were released."""

from collections.abc import Iterable, Iterator, Sequence

from registry.errors import RegistryError
from registry.ledger.account import Account, Standing
from registry.ledger.entry import Entry, Kind

Figure = tuple[str, float | None, str]
"""The word of a policy, its number or None where nothing can be said, and why."""


def released(
    account: Account, label: str, audience: str, chosen_from: Iterable[str] = ()
) -> list[Entry]:
    """What a release would add: the version, and those that informed its choice."""
    kinds: list[tuple[str, Kind]] = [(label, "exposure")]
    kinds += [(one, "informed") for one in chosen_from]
    after = len(account.entries) + 1
    place = account.entries[-1].event + 1 if account.entries else 1
    return [
        Entry(
            number=after + number,
            kind=kind,
            label=name,
            content_digest=account.newest[name].content_digest,
            audience=audience,
            recipient=None,
            guarantee=account.newest[name].guarantee,
            partition=account.newest[name].partition,
            batch=account.newest[name].batch,
            event=place,
        )
        for number, (name, kind) in enumerate(kinds)
    ]


def figures(account: Account, standings: Sequence[Standing], audience: str) -> list[Figure]:
    """The totals of ``audience`` if it has a budget, and the share of the one strained most.

    ``standings`` are those of all budgets that the release would reach.
    """
    own = next((one for one in standings if one.budget.audience == audience), None)
    spent = [*_exposed(own), *_run(account, own)] if own else []
    return [*spent, *_used(standings, own is not None)]


def _exposed(own: Standing) -> Iterator[Figure]:
    total = own.total
    yield "source.exposed_epsilon", total.epsilon if total else None, own.why
    yield "source.exposed_delta", total.delta if total else None, own.why


def _run(account: Account, own: Standing) -> Iterator[Figure]:
    try:
        total = account.run_total(own.budget)
    except RegistryError as error:
        for metric in ("source.run_epsilon", "source.run_delta"):
            yield metric, None, error.what
        return
    yield "source.run_epsilon", total.epsilon, total.why
    yield "source.run_delta", total.delta, total.why


def _used(standings: Sequence[Standing], own: bool) -> Iterator[Figure]:
    """The budget that would be strained most, of all that the release would reach.

    Where the audience itself has none, the others only forbid: none of them permits.
    """
    unknown = [one for one in standings if one.used is None]
    if unknown:
        yield "source.budget_used", None, unknown[0].why
        return
    if not standings:
        return
    worst = max(standings, key=lambda one: one.used or 0.0)
    if own or (worst.used or 0.0) > 1:
        yield "source.budget_used", worst.used, worst.why

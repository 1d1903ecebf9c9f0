"""What policies read of a source's budget: the total as it would be after the release.

Reckoned when it is asked for, and under the write lock where something is granted on it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from registry.errors import RegistryError
from registry.ledger.entry import Entry
from registry.policy.facts import Context as Wanted
from registry.policy.facts import Evidence, Subject
from registry.policy.known import USED
from registry.records import Budget, Source
from registry.workflow.budgets.account import Account, Standing, account_of
from registry.workflow.budgets.exposure import affected
from registry.workflow.budgets.in_force import by_audience
from registry.workflow.budgets.terms import require_unaltered
from registry.workflow.find import row_id


@dataclass
class Budgets:
    """Answers for many versions, each source's ledger read once.

    A source without a budget has no figures: what was never limited is no evidence of restraint.
    """

    session: Session
    now: datetime
    _known: dict[str, tuple[dict[str, Budget], Account | None]] = field(default_factory=dict)

    def evidence(self, subject: Subject, wanted: Wanted) -> list[Evidence]:
        """The figures of the source for the audience, with this version released to it."""
        budgets, account = self._of(subject.source)
        reached = affected(wanted.audience, budgets)
        if account is None or not reached:
            return []
        new = _released(account, subject, wanted)
        standings = [account.standing(budgets[one], self.now, new) for one in reached]
        own = next((one for one in standings if one.budget.audience == wanted.audience), None)
        figures = list(_figures(account, own)) if own else []
        return [_evidence(subject, *one) for one in (*figures, *_used(standings, own is not None))]

    def _of(self, name: str) -> tuple[dict[str, Budget], Account | None]:
        if name not in self._known:
            source = self.session.exec(select(Source).where(col(Source.name) == name)).one()
            budgets = by_audience(self.session, row_id(source))
            for budget in budgets.values():
                require_unaltered(self.session, budget)
            account = account_of(self.session, source) if budgets else None
            self._known[name] = budgets, account
        return self._known[name]


Figure = tuple[str, float | None, str]


def _released(account: Account, subject: Subject, wanted: Wanted) -> list[Entry]:
    """What a release would add: the version, and those that informed its choice."""
    label = f"{subject.dataset}@{subject.version}"
    newest = {one.label: one for one in account.entries if one.kind == "run"}
    kinds = [(label, "exposure"), *((one, "informed") for one in wanted.chosen_from)]
    after = len(account.entries) + 1
    place = account.entries[-1].event + 1 if account.entries else 1
    return [
        Entry(
            number=after + number,
            kind=kind,  # type: ignore[arg-type]
            label=name,
            content_digest=newest[name].content_digest,
            audience=wanted.audience,
            recipient=None,
            guarantee=newest[name].guarantee,
            partition=newest[name].partition,
            batch=newest[name].batch,
            event=place,
        )
        for number, (name, kind) in enumerate(kinds)
    ]


def _figures(account: Account, own: Standing) -> Iterator[Figure]:
    if own.total is None:
        for metric in ("source.exposed_epsilon", "source.exposed_delta"):
            yield metric, None, own.why
    else:
        yield "source.exposed_epsilon", own.total.epsilon, own.why
        yield "source.exposed_delta", own.total.delta, own.why
    try:
        total = account.total(account.ran, own.budget)
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
        yield USED, None, unknown[0].why
        return
    worst = max(standings, key=lambda one: one.used or 0.0)
    if own or (worst.used or 0.0) > 1:
        yield USED, worst.used, worst.why


def _evidence(subject: Subject, metric: str, value: float | None, why: str) -> Evidence:
    return Evidence(
        # Not a digest of the figures: a decision stands while its outcomes do, whatever else is
        # released meanwhile.
        id=f"ledger:{subject.source}",
        metric=metric,
        scope=(),
        status="not-measurable" if value is None else "measured",
        value=value,
        low=value,
        high=value,
        n=None,
        measured_at=None,
        holdout=None,
        dataset_digest=subject.content_digest,
        cause=why,
    )

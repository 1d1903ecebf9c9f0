"""Says what all runs of a batch would come to with each audience, and what would remain."""

from collections.abc import Iterator

from registry.card import require_word
from registry.errors import NotFound
from registry.ledger.account import Account
from registry.ledger.batches import Batch, standing
from registry.ledger.entry import Entry
from registry.marked_yaml import suggestion
from registry.records import Budget
from registry.store.database import reading
from registry.workflow.budgets.account import account_of
from registry.workflow.budgets.plan import Planned, planned, reached
from registry.workflow.context import Context
from registry.workflow.find import source_named
from registry.workflow.requested import AUDIENCES


def plan_batch(
    context: Context, name: str, batch: str, audience: str | None = None
) -> list[Planned]:
    """What the release of all its runs would come to, for every budget that it would reach.

    Where some of them are there already, nothing more is charged but under a filter, which counts
    run by run. Raises `NotFound` for a batch that nobody declared, `Undecided` without a budget.
    """
    if audience is not None:
        require_word("audience", audience, AUDIENCES)
    with reading(context.engine) as session:
        source = source_named(session, name)
        account, now = account_of(session, source), context.clock()
        found = _named(account, name, batch)
        return [
            planned(account, budget, list(_rest(account, budget, found)), now)
            for budget in reached(session, source, audience)
        ]


def _named(account: Account, source: str, name: str) -> Batch:
    known = [one.name for one in account.batches]
    for one in account.batches:
        if one.name == name:
            return one
    raise NotFound(
        f"{source} has no batch {name!r}",
        expected=suggestion(name, known) if known else "a batch that was declared",
        todo=f"`registry budget batch {source} {name} --plan ...`",
    )


def _rest(account: Account, budget: Budget, batch: Batch) -> Iterator[Entry]:
    """The runs that the audience does not have yet, each as it was planned."""
    received = account.exposed(budget.audience)
    had = {one.batch for one in received if standing(one, [batch])}
    number = len(account.entries)
    place = max([batch.event, *(one.event for one in account.entries)]) + 1
    for run, claim in batch.runs.items():
        name = f"{batch.name}/{run}"
        if name in had:
            continue
        number += 1
        yield Entry(
            number=number,
            kind="exposure",
            label=name,
            content_digest=name,
            audience=budget.audience,
            recipient=None,
            guarantee={**claim, "batch": name},
            partition=None,
            batch=name,
            event=place,
        )

"""The account of a source, from the records, and how a budget of it stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from registry.ledger.account import Account, Standing
from registry.ledger.entry import Entry
from registry.records import Budget, Source
from registry.workflow.budgets.as_stated import last_stated, require_as_stated
from registry.workflow.budgets.batches import batches_of
from registry.workflow.budgets.in_force import outside
from registry.workflow.budgets.ledger import ledger_of
from registry.workflow.budgets.partitions import partitions_of
from registry.workflow.budgets.refused import refused


def account_of(session: Session, source: Source) -> Account:
    """The account of ``source`` as it is recorded.

    Raises `IntegrityFailure` where the records are not what the log last said of the ledger: a
    release that is gone, or a claim that was changed, would lower a total.
    """
    stated = last_stated(session, source)
    entries = ledger_of(session, source)
    require_as_stated(source, entries, stated)
    return Account(
        tuple(entries),
        tuple(partitions_of(session, source)),
        tuple(batches_of(session, source)),
        refused,
    )


def standing(
    account: Account, budget: Budget, now: datetime, new: Sequence[Entry] = ()
) -> Standing:
    """How a budget stands at a time, once ``new`` is released."""
    return account.standing(budget, outside(budget, now), new)

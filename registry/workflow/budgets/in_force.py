"""Which budget governs what a source exposes to an audience."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.policy.expiry import expired
from registry.records import Budget, BudgetSignature, Event, Source
from registry.records.told import SIGNED_BUDGET, SourceTold
from registry.workflow.budgets.terms import DECLARE, SIGN, budget_label

SIGNING: Final = "sign-budget"


def newest(session: Session, source_id: int, audience: str) -> Budget | None:
    """The budget that a second person signed last, whatever its days are."""
    return by_audience(session, source_id).get(audience)


def by_audience(session: Session, source_id: int) -> dict[str, Budget]:
    """For every audience that ever had a budget, the one that was signed last.

    Raises `IntegrityFailure` where the log tells of others: a row that is gone lets nothing out.
    """
    made = session.exec(
        select(Budget, BudgetSignature)
        .join(BudgetSignature, col(BudgetSignature.budget_id) == col(Budget.id), isouter=True)
        .where(Budget.source_id == source_id)
        .order_by(col(BudgetSignature.event_seq))
    ).all()
    signed = [(row, one) for row, one in made if one is not None and one.meaning == SIGN]
    _require_two(made)
    _require_told(session, source_id, {budget_label(row): one.event_seq for row, one in signed})
    return {row.audience: row for row, _ in signed}


def _require_two(made: Sequence[tuple[Budget, BudgetSignature | None]]) -> None:
    """A declaration on every budget, and on one that is signed two people's."""
    by: dict[str, dict[str, int]] = {}
    for row, one in made:
        people = by.setdefault(budget_label(row), {})
        if one is not None:
            people[one.meaning] = one.account_id
    for label, people in by.items():
        if DECLARE not in people or len(set(people.values())) < len(people):
            raise _altered(f"{label} lacks a signature of the two people who made it")


def _require_told(session: Session, source_id: int, signed: dict[str, int]) -> None:
    """What is signed in the records is what the log says was signed, each at its event."""
    source = session.get_one(Source, source_id).name
    # The sum keeps SQLite off the index of outcomes: nearly every event of a log is "done".
    bodies = session.exec(
        select(Event.body)
        .where(sa.text(SIGNED_BUDGET), SourceTold(col(Event.body)) == source)
        .where(col(Event.outcome) + "" == "done")
    )
    events = [json.loads(bytes(body)) for body in bodies]
    told = {str(one["details"]["budget"]): int(one["seq"]) for one in events}
    for label in sorted({*told, *signed}):
        if told.get(label) != signed.get(label):
            raise _altered(f"{label} of {source} is not signed as the log tells")


def _altered(what: str) -> IntegrityFailure:
    return IntegrityFailure(
        what,
        expected="every budget with both of its signatures, as they were made",
        todo="run `registry audit verify` and find out who changed it",
    )


def outside(budget: Budget, now: datetime) -> str | None:
    """Why a budget permits nothing today; None if it does.

    What is over still binds: else a source would be free to expose all on the day after.
    """
    today = now.astimezone(UTC).date().isoformat()
    if budget.first is not None and today < budget.first:
        return f"{budget_label(budget)} begins on {budget.first}"
    if budget.last is not None and expired(budget.last, now):
        return f"{budget_label(budget)} ended on {budget.last}"
    return None


def closed_for(budget: Budget, now: datetime) -> str | None:
    """Why nothing of a budget is left to promise today, whatever its figures are."""
    why = outside(budget, now)
    if why is None:
        return None
    if budget.last is not None and expired(budget.last, now):
        return f"{why}: nothing is left until another is declared"
    return f"{why}: nothing is left before then"

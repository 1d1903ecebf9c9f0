"""Which budget governs what a source exposes to an audience."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from registry.policy.expiry import expired
from registry.records import Budget, BudgetSignature
from registry.workflow.budgets.terms import SIGN, budget_label


def newest(session: Session, source_id: int, audience: str) -> Budget | None:
    """The budget that a second person signed last, whatever its days are."""
    return by_audience(session, source_id).get(audience)


def by_audience(session: Session, source_id: int) -> dict[str, Budget]:
    """For every audience that ever had a budget, the one that was signed last."""
    rows = session.exec(
        select(Budget)
        .join(BudgetSignature, col(BudgetSignature.budget_id) == col(Budget.id))
        .where(Budget.source_id == source_id)
        .where(BudgetSignature.meaning == SIGN)
        .order_by(col(BudgetSignature.event_seq))
    )
    return {row.audience: row for row in rows}


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

"""Which budget governs what a source exposes to an audience."""

from datetime import UTC, datetime
from typing import Final, cast

from sqlalchemy.orm import object_session
from sqlmodel import Session, col, select

from registry.policy.expiry import expired
from registry.records import Budget, BudgetSignature, Source
from registry.workflow.budgets.as_told import in_doubt, require_told, require_two
from registry.workflow.budgets.terms import SIGN, budget_label, signatures_on

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
    require_two(made)
    require_told(session, session.get_one(Source, source_id).name, SIGNING, made)
    return {row.audience: row for row, one in made if one is not None and one.meaning == SIGN}


def outside(budget: Budget, now: datetime) -> str | None:
    """Why a budget permits nothing today; None if it does.

    What is over still binds: else a source would be free to expose all on the day after. So does
    one that was signed with a key that others may have used by then: it neither widens what was
    allowed before it nor makes the source free, and nothing goes out until two people sign another.
    """
    if doubt := doubted(budget):
        return doubt
    today = now.astimezone(UTC).date().isoformat()
    if budget.first is not None and today < budget.first:
        return f"{budget_label(budget)} begins on {budget.first}"
    if budget.last is not None and expired(budget.last, now):
        return f"{budget_label(budget)} ended on {budget.last}"
    return None


def doubted(budget: Budget) -> str | None:
    """Why nobody knows that two people signed a budget; None if there is no doubt."""
    session = cast(Session, object_session(budget))
    doubt = in_doubt(session, signatures_on(session, budget))
    return doubt and f"{budget_label(budget)} is {doubt}"


def closed_for(budget: Budget, now: datetime) -> str | None:
    """Why nothing of a budget is left to promise today, whatever its figures are."""
    why = outside(budget, now)
    if why is None:
        return None
    if doubted(budget) or (budget.last is not None and expired(budget.last, now)):
        return f"{why}: nothing is left until another is declared"
    return f"{why}: nothing is left before then"

"""Budgets listed: proposed, in force, and what they superseded."""

from datetime import datetime

from sqlmodel import Session, col, select

from registry.records import Budget
from registry.store.database import reading
from registry.workflow.budgets.in_force import doubted, newest, outside
from registry.workflow.budgets.terms import budget_label, signatures_on, terms_of
from registry.workflow.context import Context
from registry.workflow.find import account_name, row_id, source_named

Row = dict[str, object]


def budgets(context: Context, name: str | None = None, *, every: bool = False) -> list[Row]:
    """Budgets in force or proposed, of one source or all; with ``every``, superseded ones too."""
    query = select(Budget).order_by(col(Budget.id))
    with reading(context.engine) as session:
        if name is not None:
            query = query.where(Budget.source_id == row_id(source_named(session, name)))
        rows = [_row(session, one, context.clock()) for one in session.exec(query).all()]
    return [row for row in rows if every or row["state"] not in ("superseded", "void")]


def state_of(session: Session, budget: Budget, now: datetime) -> str:
    """``proposed``, ``in force``, ``to come``, ``over``, ``superseded``, ``in doubt``: signed with
    a key that others may have used, or ``void``: declared against a budget that another one
    superseded first.
    """
    current = newest(session, budget.source_id, budget.audience)
    if len(signatures_on(session, budget)) < 2:
        stands = budget.supersedes == (current.id if current else None)
        return "proposed" if stands else "void"
    if current is None or row_id(current) != row_id(budget):
        return "superseded"
    if doubted(budget):
        return "in doubt"
    closed = outside(budget, now)
    return "in force" if closed is None else "to come" if "begins" in closed else "over"


def _row(session: Session, budget: Budget, now: datetime) -> Row:
    made = {one.meaning: one for one in signatures_on(session, budget)}
    people = {
        "declared_by": made.get("declare"),
        "signed_by": made.get("sign"),
    }
    return {
        "budget": budget_label(budget),
        **terms_of(session, budget),
        "order": budget.order,
        "state": state_of(session, budget, now),
        **{
            key: account_name(session, one.account_id) if one else None
            for key, one in people.items()
        },
        "authentication": [one.authentication for one in made.values()],
    }

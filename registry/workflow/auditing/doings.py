"""What one person did between two dates: counted by action and outcome, and event by event."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from registry.records import Event
from registry.store.database import reading
from registry.workflow.auditing.asking import Question, facts, names, pseudonym, when
from registry.workflow.context import Context
from registry.workflow.query import shown

Row = dict[str, object]
SUMMARY = ("action", "outcome", "events", "first", "last")
COLUMNS = ("seq", "at", "action", "fact", "outcome", "dataset", "request")


def doings(context: Context, question: Question) -> tuple[list[Row], list[Row]]:
    """Counts over all that ``question.actor`` did in the time, and the page that was asked for."""
    with reading(context.engine) as session:
        known = names(session)
        actor = col(Event.actor) == pseudonym(session, question.actor or "")
        summary = _summary(session, [actor, *when(session, question)])
        return summary, [shown(one, known) for one in facts(session, question)]


def _summary(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Row]:
    columns = (col(Event.action), col(Event.outcome))
    figures = (func.count(), func.min(col(Event.at)), func.max(col(Event.at)))
    rows = session.execute(
        select(*columns, *figures).where(*conditions).group_by(*columns).order_by(*columns)
    )
    return [dict(zip(SUMMARY, row, strict=True)) for row in rows]

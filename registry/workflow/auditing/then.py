"""The log as it was: at the end of a day, at a moment, or when it had so many events."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from registry.clock import moment
from registry.errors import InvalidInput
from registry.records import Event
from registry.store import tree
from registry.workflow.auditing.times import after, end


def as_of(session: Session, text: str) -> ColumnElement[bool]:
    """The log as it was at a day or moment, or when it had so many events.

    Raises `InvalidInput` for more events than there are: a longer log was cut, or is another one.
    """
    if is_time(text):
        return col(Event.at) < after(text)
    if int(text) > (size := tree.size(session)):
        raise InvalidInput(
            f"the log never had {int(text)} events",
            expected=f"a number up to {size}",
            todo="if a checkpoint of that size is held, run `registry audit verify --anchor` on it",
        )
    return col(Event.seq) <= int(text)


def is_time(text: str | None) -> bool:
    """Whether it is a time: a bare number is a length of the log, and days have hyphens."""
    return text is not None and not (text.isascii() and text.isdigit() and len(text) <= 15)


def moment_of(session: Session, text: str | None, now: datetime) -> datetime:
    """When the log was as it is asked for: the end of a day, or when its last event then happened.

    ``now`` where nothing is asked for.
    """
    if text is None or is_time(text):
        return end(text) if text else now
    at = session.exec(select(Event.at).where(Event.seq == int(text))).first()
    return moment(at) if at else now

"""What was read at one end of the log, kept until it goes on: without an event nothing changes."""

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlmodel import Session

from registry.store.head import head
from registry.workflow.context import Context

T = TypeVar("T")


class Remembered(Generic[T]):
    """One value of each registry, as it stood at an end of its log and on a day."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, T]] = {}

    def read(self, context: Context, session: Session, anew: Callable[[], T]) -> T:
        """The value that is known, or ``anew`` where the log went on or the day is another."""
        at, place = (head(session), context.clock().date()), str(context.engine.url)
        known = self._known.get(place)
        if known is None or known[0] != at:
            known = self._known[place] = at, anew()
        return known[1]

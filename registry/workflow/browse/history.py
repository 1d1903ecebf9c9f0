"""The events of one version, newest first, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from registry.log.chain import StoredEvent
from registry.records import Event
from registry.store.database import reading
from registry.workflow.auditing.asking import names
from registry.workflow.auditing.fact import read
from registry.workflow.context import Context
from registry.workflow.find import version_labelled
from registry.workflow.permissions import require_scope

SIZE: Final = 50


@dataclass(frozen=True)
class Entry:
    """One event as the history of a version shows it."""

    seq: int
    at: str
    actor: str
    fact: str
    outcome: str
    request: str
    said: str
    """Why, where the event says so."""


@dataclass(frozen=True)
class History:
    """A page of a version's events; ``before`` is where the next page begins, 0 at the end."""

    entries: tuple[Entry, ...]
    before: int


def history(context: Context, label: str, before: int = 0) -> History:
    """Events of NAME@V with numbers below ``before``, or the newest; raises `NotFound`."""
    require_scope(context, "report")
    with reading(context.engine) as session:
        version_labelled(session, label)
        query = select(Event).where(col(Event.dataset) == label)
        if before:
            query = query.where(col(Event.seq) < before)
        rows = session.exec(query.order_by(col(Event.seq).desc()).limit(SIZE + 1)).all()
        known = names(session)
        entries = tuple(_entry(row, known) for row in rows[:SIZE])
    return History(entries, entries[-1].seq if len(rows) > SIZE else 0)


def _entry(row: Event, known: Mapping[str, str]) -> Entry:
    stored = {name: getattr(row, name) for name in StoredEvent.__dataclass_fields__}
    one = read(StoredEvent(**{**stored, "body": bytes(row.body)}))
    return Entry(
        one.seq,
        one.at,
        known.get(one.actor, one.actor),
        one.fact,
        one.outcome,
        one.request or "",
        str(one.details.get("reason") or ""),
    )

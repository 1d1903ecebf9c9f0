"""Reads the log in pages: each begins where the last one ended, by number or by time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, LargeBinary, bindparam, func, literal, tuple_
from sqlmodel import Session, SQLModel, col, select

from registry.errors import NotFound
from registry.log.chain import StoredEvent
from registry.records import Event

_BLOCK = 2000


@dataclass(frozen=True)
class Page:
    """Where to begin (behind the event ``after``), how many, and in which order.

    By time is for questions that ask for a time: an index then holds the page together.
    """

    after: int | None = None
    limit: int | None = None
    by_time: bool = False


def pages(
    session: Session, conditions: Sequence[ColumnElement[bool]], page: Page
) -> Iterator[StoredEvent]:
    """Events that meet every condition, oldest first."""
    table = SQLModel.metadata.tables["event"]
    names = StoredEvent.__dataclass_fields__
    order = (table.c.at, table.c.seq) if page.by_time else (table.c.seq,)
    query = select(*(table.c[name] for name in names)).where(*conditions).order_by(*order)
    begin = None if page.after is None else _place(session, page)
    left = page.limit
    while left is None or left > 0:
        size = _BLOCK if left is None else min(_BLOCK, left)
        behind = [] if begin is None else [tuple_(*order) > tuple_(*map(literal, begin))]
        rows = session.execute(query.where(*behind).limit(size)).all()
        for row in rows:
            yield _stored(row)
        if len(rows) < size:
            return
        begin = (rows[-1].at, rows[-1].seq) if page.by_time else (rows[-1].seq,)
        left = None if left is None else left - size


def within_name(name: str) -> ColumnElement[bool]:
    """Events about ``NAME@V``, or about any version of ``NAME``, as a range of an index."""
    if "@" in name:
        return col(Event.dataset) == name
    # "A" is the character behind "@", so that the range holds exactly what begins with "NAME@".
    return (col(Event.dataset) >= f"{name}@") & (col(Event.dataset) < f"{name}A")


def mentions(session: Session, text: bytes) -> ColumnElement[bool]:
    """Events whose stored bytes hold ``text``."""
    needle = bindparam(None, text, type_=LargeBinary, unique=True)
    if session.connection().dialect.name == "sqlite":
        return func.instr(col(Event.body), needle) > 0
    return func.position(needle.op("IN")(col(Event.body))) > 0


def _place(session: Session, page: Page) -> tuple[object, ...]:
    if not page.by_time:
        return (page.after,)
    at = session.exec(select(Event.at).where(Event.seq == page.after)).first()
    if at is None:
        raise NotFound(f"there is no event {page.after}", expected="the number of an event")
    return (at, page.after)


def _stored(row: object) -> StoredEvent:
    fields = row._asdict()  # type: ignore[attr-defined]
    return StoredEvent(**{**fields, "body": bytes(fields["body"])})

"""Appends to the audit log and reads it back."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, insert
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.log.canonical import canonical
from registry.log.chain import GENESIS, StoredEvent, leaf_digest
from registry.log.growth import Node
from registry.records import Event, LogNode
from registry.store import tree


def append(session: Session, fields: Mapping[str, object]) -> Event:
    """Append one event inside the caller's write transaction, which holds the write lock.

    ``fields`` are those of the body but ``seq`` and ``previous``; ``at``, ``actor``, ``action``,
    ``outcome`` are required, ``dataset`` and ``request`` may be None. The event and the nodes of
    the tree that it completes are written as statements of their own: tens of thousands of events
    a minute are too many for the unit of work.
    """
    session.flush()
    head = session.exec(
        select(Event.seq, Event.digest).order_by(col(Event.seq).desc()).limit(1)
    ).first()
    seq, previous = (head[0] + 1, head[1]) if head else (1, GENESIS)
    row = _row(fields, seq, previous)
    nodes = tree.grown(session, seq, previous, row.digest)
    session.execute(insert(Event).values(row.model_dump()))
    if nodes:
        session.execute(insert(LogNode).values([one._asdict() for one in nodes]))
    _require_stored(session, row, nodes)
    return row


def _row(fields: Mapping[str, object], seq: int, previous: str) -> Event:
    body = canonical({**fields, "seq": seq, "previous": previous})
    return Event(
        seq=seq,
        at=str(fields["at"]),
        actor=str(fields["actor"]),
        action=str(fields["action"]),
        outcome=str(fields["outcome"]),
        dataset=_text(fields.get("dataset")),
        request=_text(fields.get("request")),
        body=body,
        digest=leaf_digest(body),
    )


def _require_stored(session: Session, row: Event, nodes: Sequence[Node]) -> None:
    """Read back what was written: somebody else's trigger or rule can swallow an insert unseen."""
    digest = session.exec(select(Event.digest).where(Event.seq == row.seq)).first()
    if digest == row.digest and (not nodes or tree.stored(session, nodes)):
        return
    raise IntegrityFailure(
        f"event {row.seq} was not stored, and so nothing was done",
        expected="a log that takes what is written to it",
        todo="run `registry audit verify` and find out who changed the database",
    )


def stored(session: Session, *conditions: ColumnElement[bool]) -> Iterator[StoredEvent]:
    """Events in order of ``seq``, streamed, that meet every condition."""
    query = select(Event).order_by(col(Event.seq)).execution_options(yield_per=1000)
    for row in session.exec(query.where(*conditions)):
        yield StoredEvent(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            action=row.action,
            outcome=row.outcome,
            dataset=row.dataset,
            request=row.request,
            body=bytes(row.body),
            digest=row.digest,
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)

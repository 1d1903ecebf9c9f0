"""Appends to the audit log and reads it back."""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.log.canonical import canonical
from registry.log.chain import GENESIS, StoredEvent, leaf_digest
from registry.records import Event


def append(session: Session, fields: Mapping[str, object]) -> Event:
    """Append one event inside the caller's write transaction, which holds the write lock.

    ``fields`` are those of the body but ``seq`` and ``previous``; ``at``, ``actor``, ``action``,
    ``outcome`` are required, ``dataset`` and ``request`` may be None.
    """
    head = session.exec(select(Event).order_by(col(Event.seq).desc()).limit(1)).first()
    seq = head.seq + 1 if head else 1
    whole = {**fields, "seq": seq, "previous": head.digest if head else GENESIS}
    body = canonical(whole)
    row = Event(
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
    session.add(row)
    session.flush()
    _require_stored(session, seq, row.digest)
    return row


def _require_stored(session: Session, seq: int, digest: str) -> None:
    """Read the event back: a trigger or rule of somebody else's can swallow an insert unseen."""
    if session.exec(select(Event.digest).where(Event.seq == seq)).first() != digest:
        raise IntegrityFailure(
            f"event {seq} was not stored, and so nothing was done",
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

"""Appends to the audit log and reads it back."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import cast

from sqlalchemy import ColumnElement, Connection, select, text
from sqlmodel import Session, SQLModel

from registry.errors import IntegrityFailure
from registry.log.canonical import canonical
from registry.log.chain import GENESIS, Row, StoredEvent, leaf_digest
from registry.log.growth import Node
from registry.store import tree
from registry.store.direct import run_all
from registry.store.head import head, take
from registry.store.time_order import CORRECTED, require_forwards

_BLOCK = 4096
_COLUMNS = tuple(field.name for field in dataclasses.fields(StoredEvent))
_INSERT = f"INSERT INTO event ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_ROWS = text(
    f"SELECT {', '.join(_COLUMNS)} FROM event WHERE seq >= :first ORDER BY seq LIMIT {_BLOCK}"
)
_VALUES = attrgetter(*_COLUMNS)
_LEAST = -(2**63)


def append(session: Session, fields: Mapping[str, object]) -> StoredEvent:
    """Append one event inside the caller's write transaction, which holds the write lock.

    ``fields`` are those of the body but ``seq`` and ``previous``; ``at``, ``actor``, ``action``,
    ``outcome`` are required, ``dataset`` and ``request`` may be None. The event, and the nodes of
    the tree that it completes, are written by the driver alone: all writers wait for this.
    """
    session.flush()
    connection = session.connection()
    seq, previous = 1, GENESIS
    if last := take(session):
        seq, previous = last.seq + 1, last.digest
        if fields.get("fact") != CORRECTED:
            require_forwards(last.at, str(fields["at"]))
    row = _row(fields, seq, previous)
    nodes = tree.grown(connection, seq, previous, row.digest)
    _store(connection, row, nodes)
    return row


def next_seq(session: Session) -> int:
    """The place of the next event; to be relied on only inside a write transaction."""
    last = head(session)
    return last.seq + 1 if last else 1


def last_time(session: Session) -> str | None:
    """When the last event happened; None before the first."""
    last = head(session)
    return last.at if last else None


def _row(fields: Mapping[str, object], seq: int, previous: str) -> StoredEvent:
    body = canonical({**fields, "seq": seq, "previous": previous})
    return StoredEvent(
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


def _store(connection: Connection, row: StoredEvent, nodes: Sequence[Node]) -> None:
    """Write, and read back what was written: another's trigger or rule can swallow it unseen."""
    values = list(chain.from_iterable(nodes))
    writes = [(_INSERT, _VALUES(row))] + [(tree.insert(len(nodes)), values)] * bool(nodes)
    *_, found = run_all(connection, *writes, (_stored_with(len(nodes)), [*values, row.seq]))
    if found == [(row.digest, len(nodes))]:
        return
    raise IntegrityFailure(
        f"event {row.seq} was not stored, and so nothing was done",
        expected="a log that takes what is written to it",
        todo="run `registry audit verify` and find out who changed the database",
    )


@cache
def _stored_with(nodes: int) -> str:
    return f"SELECT digest, ({tree.count(nodes)}) FROM event WHERE seq = ?"


def stored(session: Session, *conditions: ColumnElement[bool]) -> Iterator[StoredEvent]:
    """Events in order of ``seq``, streamed, that meet every condition."""
    for block in blocks(session, *conditions):
        yield from block


def blocks(session: Session, *conditions: ColumnElement[bool]) -> Iterator[list[StoredEvent]]:
    """The same, some thousand at a time, so that no more than these are held."""
    table = SQLModel.metadata.tables["event"]
    query = select(*(table.c[name] for name in _COLUMNS)).order_by(table.c.seq).limit(_BLOCK)
    rows = session.execute(query.where(*conditions)).all()
    while rows:
        yield [StoredEvent(*row) for row in rows]
        after = table.c.seq > rows[-1].seq
        rows = session.execute(query.where(after, *conditions)).all() if len(rows) == _BLOCK else []


def rows(session: Session) -> Iterator[Sequence[Row]]:
    """Every event as the plain values of its row, in the blocks of `blocks`."""
    connection, first = session.connection(), _LEAST
    while block := connection.execute(_ROWS, {"first": first}).all():
        yield cast("Sequence[Row]", block)
        if len(block) < _BLOCK:
            return
        first = block[-1].seq + 1


def _text(value: object) -> str | None:
    return None if value is None else str(value)

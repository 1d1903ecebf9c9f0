"""The checkpoints that were signed, as they are stored."""

from collections.abc import Iterator

from sqlalchemy import insert
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.records import LogCheckpoint


def stored(session: Session) -> Iterator[LogCheckpoint]:
    """Every checkpoint, smallest first."""
    query = select(LogCheckpoint).order_by(col(LogCheckpoint.size))
    yield from session.exec(query.execution_options(yield_per=1000))


def roots(session: Session) -> list[tuple[int, bytes]]:
    """The size and the root of every checkpoint, smallest first."""
    query = select(LogCheckpoint.size, LogCheckpoint.root).order_by(col(LogCheckpoint.size))
    return [(size, bytes(root)) for size, root in session.exec(query)]


def last(session: Session) -> LogCheckpoint | None:
    """The largest checkpoint."""
    query = select(LogCheckpoint).order_by(col(LogCheckpoint.size).desc()).limit(1)
    return session.exec(query).first()


def keep(session: Session, size: int, root: bytes, note: bytes, at: str) -> None:
    """Store a checkpoint inside the caller's write transaction, and read it back."""
    session.execute(insert(LogCheckpoint).values(size=size, root=root, note=note, at=at))
    found = session.exec(select(LogCheckpoint.note).where(LogCheckpoint.size == size)).first()
    if found is None or bytes(found) != note:
        raise IntegrityFailure(
            f"the checkpoint of {size} events was not stored, and so nothing was signed",
            expected="a log that takes what is written to it",
            todo="run `registry audit verify` and find out who changed the database",
        )

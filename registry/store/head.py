"""The end of the log, which the next event is chained to.

On PostgreSQL it is read with the write lock, in one message: whoever holds the lock keeps all
others waiting for each message of theirs.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session

from registry.store.direct import Rows, run

LOOK = "SELECT seq, digest, at FROM event ORDER BY seq DESC LIMIT 1"
_SEEN = "head"


class Head(NamedTuple):
    """The last event: its number, the digest of its body, and its time."""

    seq: int
    digest: str
    at: str


def head(session: Session) -> Head | None:
    """The last event; None before the first."""
    return _first(run(session.connection(), LOOK))


def keep(session: Session, rows: Rows) -> None:
    """Remember what ``LOOK`` found when the session got the write lock."""
    session.info[_SEEN] = rows


def take(session: Session) -> Head | None:
    """The last event, for who appends the next: what was kept serves for one event."""
    return _first(session.info.pop(_SEEN)) if _SEEN in session.info else head(session)


def _first(rows: Sequence[tuple[int, str, str]]) -> Head | None:
    return Head(*rows[0]) if rows else None

"""The tree over the log as it is stored: leaves in ``event``, inner nodes in ``log_node``."""

from collections.abc import Sequence
from functools import cache
from itertools import chain

from sqlalchemy import Connection, func, text
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.log import growth, merkle
from registry.log.growth import Node
from registry.log.merkle import Subtree
from registry.records import LogNode
from registry.store.direct import run

_LEVEL = text(
    'SELECT "index", hash FROM log_node '
    'WHERE level = :level AND "index" >= :low AND "index" < :high'
)


def size(session: Session) -> int:
    """How many events the log has."""
    return run(session.connection(), "SELECT MAX(seq) FROM event")[0][0] or 0


def root(session: Session, size: int) -> bytes:
    """The root over the first ``size`` events."""
    return merkle.root(size, subtree(session))


def inclusion(session: Session, seq: int, size: int) -> list[bytes]:
    """The proof that event ``seq`` is in the log of ``size``; its leaf has the index seq - 1."""
    return merkle.inclusion(seq - 1, size, subtree(session))


def consistency(session: Session, first: int, size: int) -> list[bytes]:
    """The proof that the log of ``size`` begins with the log of ``first``."""
    return merkle.consistency(first, size, subtree(session))


def subtree(session: Session) -> Subtree:
    """The stored hashes, for `registry.log.merkle`; each is read once."""
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        if (level, index) not in known:
            known[level, index] = (
                _leaf(session, index) if not level else _node(session, level, index)
            )
        return known[level, index]

    return read


def grown(connection: Connection, size: int, previous: str, digest: str) -> list[Node]:
    """The nodes that event ``size`` completes, given its digest and that of the event before it."""
    wanted = growth.siblings(size)
    if not wanted:
        return []
    known = {wanted[0]: bytes.fromhex(previous), **_read(connection, wanted[1:])}
    missing = next((one for one in wanted if one not in known), None)
    if missing:
        raise _gone(*missing)
    return growth.completed(size, bytes.fromhex(digest), lambda *place: known[place])


def between(session: Session, first: int, size: int) -> dict[tuple[int, int], bytes]:
    """The stored nodes that the events after ``first``, up to ``size``, complete."""
    connection = session.connection()
    found: dict[tuple[int, int], bytes] = {}
    for level in range(1, size.bit_length()):
        if (low := first >> level) < (high := size >> level):
            rows = connection.execute(_LEVEL, {"level": level, "low": low, "high": high})
            found |= {(level, index): digest for index, digest in rows.all()}
    return found


def beyond(session: Session, size: int) -> list[tuple[int, int]]:
    """Stored nodes, one a level, that a log of ``size`` events does not have."""
    ends = session.exec(
        select(LogNode.level, func.min(LogNode.index), func.max(LogNode.index)).group_by(
            col(LogNode.level)
        )
    )
    found = []
    for level, least, most in ends:
        if least < 0 or level < 1:
            found.append((level, least))
        elif most >= size >> level:
            found.append((level, most))
    return sorted(found)


def _read(
    connection: Connection, places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    """The nodes at these places, as far as they are stored."""
    if not places:
        return {}
    rows = run(connection, _select(len(places)), list(chain.from_iterable(places)))
    return {(level, index): bytes(found) for level, index, found in rows}


# Statements for so many nodes are made once: a leaf completes as many as there are levels, at most.
@cache
def insert(count: int) -> str:
    """The statement that stores so many nodes; its values are those of the nodes."""
    return f'INSERT INTO log_node (level, "index", hash) VALUES {", ".join(["(?, ?, ?)"] * count)}'


@cache
def count(count: int) -> str:
    """The statement that counts which of so many nodes are stored as they are given."""
    return f"SELECT COUNT(*) FROM log_node WHERE {_places(count, ' AND hash = ?')}"


@cache
def _select(count: int) -> str:
    return f'SELECT level, "index", hash FROM log_node WHERE {_places(count, "")}'


def _places(count: int, more: str) -> str:
    return " OR ".join([f'(level = ? AND "index" = ?{more})'] * count) or "FALSE"


def _leaf(session: Session, index: int) -> bytes:
    found = run(session.connection(), "SELECT digest FROM event WHERE seq = ?", (index + 1,))
    if not found:
        raise _gone(0, index)
    return bytes.fromhex(found[0][0])


def _node(session: Session, level: int, index: int) -> bytes:
    found = _read(session.connection(), [(level, index)])
    if not found:
        raise _gone(level, index)
    return found[level, index]


def _gone(level: int, index: int) -> IntegrityFailure:
    what = f"node {index} of level {level} of the log's tree" if level else f"event {index + 1}"
    return IntegrityFailure(
        f"{what} is gone",
        expected="a log whose events and tree are whole",
        todo="run `registry audit verify` and find out who changed the database",
    )

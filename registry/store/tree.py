"""The tree over the log as it is stored: leaves in ``event``, inner nodes in ``log_node``."""

from collections.abc import Sequence

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.log import growth, merkle
from registry.log.growth import Node
from registry.log.merkle import Subtree
from registry.records import Event, LogNode


def size(session: Session) -> int:
    """How many events the log has."""
    return session.exec(select(func.max(Event.seq))).one() or 0


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


def grown(session: Session, size: int, previous: str, digest: str) -> list[Node]:
    """The nodes that event ``size`` completes, given its digest and that of the event before it."""
    wanted = growth.siblings(size)
    if not wanted:
        return []
    known = {wanted[0]: bytes.fromhex(previous)}
    if inner := wanted[1:]:
        known |= _nodes(session, inner)
    missing = next((one for one in wanted if one not in known), None)
    if missing:
        raise _gone(*missing)
    return growth.completed(size, bytes.fromhex(digest), lambda *place: known[place])


def stored(session: Session, nodes: Sequence[Node]) -> bool:
    """Whether the nodes are there as they were written."""
    found = _nodes(session, [(one.level, one.index) for one in nodes])
    return found == {(one.level, one.index): one.hash for one in nodes}


def _nodes(session: Session, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    query = select(LogNode.level, LogNode.index, LogNode.hash).where(
        tuple_(col(LogNode.level), col(LogNode.index)).in_(places)
    )
    return {(level, index): bytes(found) for level, index, found in session.exec(query)}


def _leaf(session: Session, index: int) -> bytes:
    found = session.exec(select(Event.digest).where(Event.seq == index + 1)).first()
    if found is None:
        raise _gone(0, index)
    return bytes.fromhex(found)


def _node(session: Session, level: int, index: int) -> bytes:
    found = _nodes(session, [(level, index)])
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

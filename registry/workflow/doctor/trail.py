"""Whether the audit trail is what was written: its last events quickly, all of it on request."""

from collections.abc import Iterator

from sqlmodel import Session, col, func, select

from registry.errors import IntegrityFailure
from registry.log.chain import Link
from registry.log.merkle import Subtree, leaf_hash, node_hash, root
from registry.records import Event
from registry.store import events, tree
from registry.workflow.doctor.finding import Finding, fault, ok
from registry.workflow.doctor.patient import Patient
from registry.workflow.verify import verify

NAME = "audit trail"
_RECENT = 500
_KEEP = "keep this database as it is, and run `registry audit verify` for every place"


def check(patient: Patient) -> Iterator[Finding]:
    """The last events and their place in the tree; with ``full`` everything."""
    try:
        said = _all(patient) if patient.full else _recent(patient.session)
    except IntegrityFailure as error:
        yield fault(NAME, " ".join(error.what.split()), where=error.where, todo=_KEEP)
    else:
        yield ok(NAME, said)


def _all(patient: Patient) -> str:
    return f"all {verify(patient.context).events} events are what was written"


def _recent(session: Session) -> str:
    size = tree.size(session)
    if (count := session.exec(select(func.count()).select_from(Event)).one()) != size:
        raise IntegrityFailure(f"the log has {count} events, and the last is number {size}")
    start = max(size - _RECENT, 0)
    anew = _recomputed(_window(session, start), start, tree.subtree(session))
    for (level, index), stored in tree.between(session, start, size).items():
        if anew(level, index) != stored:
            raise IntegrityFailure(
                f"node {index} of level {level} of the tree is not the hash of what is below it"
            )
    if root(size, anew) != tree.root(session, size):
        raise IntegrityFailure("the tree over the log does not have the root of its events")
    return f"the last {size - start} of {size} events are what was written (--full reads all)"


def _window(session: Session, start: int) -> list[bytes]:
    """The leaves after the first ``start``; raises at the first that is not what was written."""
    link, bodies = Link(), []
    if start:
        query = select(Event.digest).where(Event.seq == start)
        link.seq, link.previous = start, session.exec(query).one()
    for event in events.stored(session, col(Event.seq) > start):
        for one in link.breaks(event):
            raise IntegrityFailure(f"event {one.seq}: {one.what}")
        bodies.append(event.body)
    return bodies


def _recomputed(window: list[bytes], start: int, stored: Subtree) -> Subtree:
    """Hashes made anew from the events at hand, and the stored ones before them."""

    def subtree(level: int, index: int) -> bytes:
        if index << level < start:
            return stored(level, index)
        if level == 0:
            return leaf_hash(window[index - start])
        return node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1))

    return subtree

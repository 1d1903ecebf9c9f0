"""Goes through the whole log once: every byte, every link, every node and every checkpoint."""

from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session

from registry.log.chain import Fields, Link, Row, StoredEvent
from registry.log.growth import Frontier
from registry.log.merkle import EMPTY
from registry.store import checkpoints, events, tree

Nodes = dict[tuple[int, int], bytes]


class Walk:
    """One pass over the log in blocks, holding one of them and the tree's frontier.

    Every event that can be read is read once: ``heard`` is called with its row and what it says,
    and gives back what is wrong with it beside the log itself. After the pass ``size``, ``head``
    and ``root`` say what was found. The tree is compared as far as the events are whole: beyond a
    gap nothing has its place.
    """

    def __init__(self, session: Session, heard: Callable[[Row, Fields], str | None]) -> None:
        self._session = session
        self._heard = heard
        self._link = Link()
        self._frontier = Frontier()
        self._checkpoints = iter(checkpoints.roots(session))
        self._due = next(self._checkpoints, None)
        self._whole = True

    @property
    def size(self) -> int:
        """How many events were met, where none is missing."""
        return self._frontier.size

    @property
    def head(self) -> str:
        """The digest of the last event, "none" where there is none."""
        return self._link.previous if self.size else "none"

    @property
    def root(self) -> bytes:
        """The root over every event."""
        return self._frontier.root()

    def problems(self) -> Iterator[str]:
        """Everything that is not what was written."""
        yield from self._compare_roots(0)
        for block in events.rows(self._session):
            yield from self._block(block)
        if self._whole:
            yield from self._beyond()

    def _block(self, block: Sequence[Row]) -> Iterator[str]:
        first, computed, link = self.size, {}, self._link
        for row in block:
            if not link.follows(row):
                yield from self._breaks(row)
            if link.fields and (what := self._heard(row, link.fields)):
                yield what
            if self._whole:
                for level, index, found in self._frontier.add(link.leaf):
                    computed[level, index] = found
                if self._due:
                    yield from self._compare_roots(self.size)
        yield from self._compare_nodes(computed, tree.between(self._session, first, self.size))

    def _breaks(self, row: Row) -> Iterator[str]:
        for what in self._link.breaks(StoredEvent(*row)):
            yield f"event {what.seq}: {what.what}"
        self._whole = self._whole and row[0] == self.size + 1

    def _compare_nodes(self, computed: Nodes, stored: Nodes) -> Iterator[str]:
        if computed == stored:
            return
        for place in sorted(computed.keys() | stored.keys()):
            if computed.get(place) != stored.get(place):
                yield f"node {place[1]} of level {place[0]} of the tree: " + (
                    "it is not the hash of what is below it" if place in stored else "it is gone"
                )

    def _compare_roots(self, size: int) -> Iterator[str]:
        """What the checkpoints at ``size`` have against the root there."""
        while self._due and self._due[0] <= size:
            if self._due != (size, self._frontier.root() if size else EMPTY):
                yield f"checkpoint {self._due[0]}: its root is not the root of the log"
            self._due = next(self._checkpoints, None)

    def _beyond(self) -> Iterator[str]:
        """Nodes and checkpoints of more events than there are."""
        for level, index in tree.beyond(self._session, self.size):
            yield f"node {index} of level {level} of the tree: there are no such events"
        while self._due:
            yield f"checkpoint {self._due[0]}: the log has only {self.size} events"
            self._due = next(self._checkpoints, None)

"""Goes through the whole log once: every byte, every link, every node and every checkpoint."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from registry.log.chain import Link, StoredEvent
from registry.log.growth import Frontier
from registry.log.merkle import EMPTY
from registry.store import checkpoints, events, tree


class Walk:
    """One pass over the log in blocks, holding one of them and the tree's frontier.

    After the pass ``size``, ``head`` and ``root`` say what was found. The tree is compared as far
    as the events are whole: beyond a gap nothing has its place.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
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
        for block in events.blocks(self._session):
            yield from self._block(block)
        if self._whole:
            yield from self._beyond()

    def _block(self, block: Sequence[StoredEvent]) -> Iterator[str]:
        first, computed = self.size, {}
        for event in block:
            for what in self._link.breaks(event):
                yield f"event {what.seq}: {what.what}"
            self._whole = self._whole and event.seq == self.size + 1
            if self._whole:
                for node in self._frontier.add(self._link.leaf):
                    computed[node.level, node.index] = node.hash
                yield from self._compare_roots(self.size)
        stored = tree.between(self._session, first, self.size)
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

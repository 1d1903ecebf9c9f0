"""The root of a log that is read once, front to back, in memory of the logarithm of its length."""

from __future__ import annotations

from registry.log.merkle import EMPTY, node_hash


class Frontier:
    """The roots of the complete trees to the left, largest first, as in RFC 9162, section 2.1.2."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf, given by its hash."""
        self._roots.append(leaf)
        self.size += 1
        whole = self.size
        while not whole & 1:
            right, left = self._roots.pop(), self._roots.pop()
            self._roots.append(node_hash(left, right))
            whole >>= 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._roots:
            return EMPTY
        found = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            found = node_hash(left, found)
        return found

"""How the tree grows: the complete subtrees that each leaf finishes, and the root so far.

A tree of n leaves is a row of complete subtrees, one for each bit set in n. Their roots are all
that is needed to go on, however long the log is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from registry.log.merkle import EMPTY, node_hash


class Node(NamedTuple):
    """The hash over leaves ``index * 2**level`` up to ``(index + 1) * 2**level``."""

    level: int
    index: int  # type: ignore[assignment]  # a tuple's own index is never asked for
    hash: bytes


def siblings(size: int) -> list[tuple[int, int]]:
    """Level and index of the subtrees on the left that the last of ``size`` leaves is hashed with.

    One for each subtree that this leaf completes, so none for half of all leaves.
    """
    found: list[tuple[int, int]] = []
    while size and size & 1 == 0:
        found.append((len(found), size - 2))
        size >>= 1
    return found


def completed(size: int, leaf: bytes, left: Callable[[int, int], bytes]) -> list[Node]:
    """The subtrees that the last of ``size`` leaves completes, lowest first, given its hash."""
    nodes: list[Node] = []
    found = leaf
    for level, index in siblings(size):
        found = node_hash(left(level, index), found)
        nodes.append(Node(level + 1, index >> 1, found))
    return nodes


class Frontier:
    """A growing tree, of which only the roots of its complete subtrees are kept."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> list[Node]:
        """Take the hash of the next leaf; the subtrees that it completes, lowest first."""
        nodes: list[Node] = []
        level, index, found = 0, self.size, leaf
        while index & 1:
            found = node_hash(self._roots.pop(), found)
            level, index = level + 1, index >> 1
            nodes.append(Node(level, index, found))
        self._roots.append(found)
        self.size += 1
        return nodes

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._roots:
            return EMPTY
        *earlier, found = self._roots
        for left in reversed(earlier):
            found = node_hash(left, found)
        return found

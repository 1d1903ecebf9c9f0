"""The Merkle tree of RFC 9162 (and RFC 6962): roots, inclusion and consistency, made and verified.

Leaves are bytes as they are stored; they are hashed and never re-serialised. A tree is named by its
size: the root over the first n leaves never changes, so that whoever kept a root can later ask for
proof that today's log still begins with it.

Making a proof asks for hashes of complete subtrees, ``subtree(level, index)``: the hash over leaves
``index * 2**level`` up to ``(index + 1) * 2**level``. Verifying needs the proof alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

Subtree = Callable[[int, int], bytes]

EMPTY: Final = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (RFC 9162, section 2.1.1)."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and its bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and both hashes below it."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, subtree: Subtree) -> bytes:
    """The root over the first ``size`` leaves."""
    return _range_root(0, size, subtree) if size else EMPTY


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that leaf ``index`` is in the tree of ``size`` (RFC 9162, section 2.1.3.1).

    Raises ``ValueError`` for an index that the tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return _path(index, 0, size, subtree)


def consistency(first: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of ``size`` begins with the tree of ``first`` (section 2.1.4.1).

    Empty where the trees are equal or the first is empty. Raises ``ValueError`` where it is larger.
    """
    if not 0 <= first <= size:
        raise ValueError(f"a tree of {size} leaves does not begin with one of {first}")
    if first in (0, size):
        return []
    return _subproof(first, 0, size, True, subtree)


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], of: bytes) -> bool:
    """Whether ``proof`` shows ``leaf`` (bytes) at ``index`` of the tree with root ``of``.

    The algorithm of RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf_hash(leaf)
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == of


def consistent(
    first: int, size: int, proof: Sequence[bytes], first_root: bytes, size_root: bytes
) -> bool:
    """Whether ``proof`` shows that the larger tree begins with the smaller one.

    The algorithm of RFC 9162, section 2.1.4.2, with the cases it leaves to the reader: a tree is
    consistent with itself by an empty proof, and every tree begins with the empty one.
    """
    if not 0 <= first <= size:
        return False
    if first == size:
        return not proof and first_root == size_root
    if first == 0:
        return not proof and first_root == EMPTY
    steps = list(proof)
    if first & (first - 1) == 0:  # a complete tree is itself the first step
        steps.insert(0, first_root)
    return bool(steps) and _walk(first, size, steps) == (first_root, size_root)


def _walk(first: int, size: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots as the steps of a consistency proof give them, None where they do not fit."""
    place, last = first - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    small = large = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            small, large = node_hash(step, small), node_hash(step, large)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            large = node_hash(large, step)
        place, last = place >> 1, last >> 1
    return (small, large) if last == 0 else None


def _path(index: int, start: int, size: int, subtree: Subtree) -> list[bytes]:
    if size == 1:
        return []
    split = _split(size)
    if index < split:
        rest = _range_root(start + split, size - split, subtree)
        return [*_path(index, start, split, subtree), rest]
    rest = _range_root(start, split, subtree)
    return [*_path(index - split, start + split, size - split, subtree), rest]


def _subproof(first: int, start: int, size: int, whole: bool, subtree: Subtree) -> list[bytes]:
    if first == size:
        return [] if whole else [_range_root(start, size, subtree)]
    split = _split(size)
    if first <= split:
        rest = _range_root(start + split, size - split, subtree)
        return [*_subproof(first, start, split, whole, subtree), rest]
    rest = _range_root(start, split, subtree)
    return [*_subproof(first - split, start + split, size - split, False, subtree), rest]


def _range_root(start: int, size: int, subtree: Subtree) -> bytes:
    """The root over ``size`` leaves from ``start``, a multiple of the power of two in ``size``."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, start >> level)
    split = _split(size)
    left = _range_root(start, split, subtree)
    return node_hash(left, _range_root(start + split, size - split, subtree))


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def in_memory(leaves: Iterable[bytes]) -> Subtree:
    """The subtrees of leaves that are all at hand."""
    levels = [[leaf_hash(leaf) for leaf in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([node_hash(left, right) for left, right in pairs])

    def subtree(level: int, index: int) -> bytes:
        return levels[level][index]

    return subtree

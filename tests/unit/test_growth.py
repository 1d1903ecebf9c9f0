"""The tree as it grows, leaf by leaf, is the tree over all leaves at once."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.log import merkle
from registry.log.growth import Frontier, completed, siblings

SIZES = st.integers(1, 300)


def leaves(size: int) -> list[bytes]:
    return [hashlib.sha256(str(number).encode()).digest() for number in range(size)]


@given(SIZES)
def test_the_root_of_a_grown_tree_is_the_root_over_its_leaves(size: int) -> None:
    frontier = Frontier()
    for leaf in leaves(size):
        frontier.add(merkle.leaf_hash(leaf))

    assert frontier.size == size
    assert frontier.root() == merkle.root(size, merkle.in_memory(leaves(size)))


@given(SIZES)
def test_every_complete_subtree_is_finished_by_exactly_one_leaf(size: int) -> None:
    whole, frontier = merkle.in_memory(leaves(size)), Frontier()
    nodes = [one for leaf in leaves(size) for one in frontier.add(merkle.leaf_hash(leaf))]

    places = [(one.level, one.index) for one in nodes]
    levels = range(1, size.bit_length())
    assert sorted(places) == [(level, at) for level in levels for at in range(size >> level)]
    assert all(one.hash == whole(one.level, one.index) for one in nodes)


@given(SIZES)
def test_a_leaf_needs_only_its_siblings_to_complete_what_it_completes(size: int) -> None:
    whole, frontier = merkle.in_memory(leaves(size)), Frontier()
    asked: list[tuple[int, int]] = []

    def left(level: int, index: int) -> bytes:
        asked.append((level, index))
        return whole(level, index)

    for leaf in leaves(size):
        grown = frontier.add(merkle.leaf_hash(leaf))
    found = completed(size, merkle.leaf_hash(leaves(size)[-1]), left)

    assert found == grown
    assert asked == siblings(size)


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert Frontier().root() == merkle.EMPTY == hashlib.sha256(b"").digest()


@pytest.mark.parametrize(("size", "count"), [(0, 0), (1, 0), (2, 1), (3, 0), (4, 2), (1 << 20, 20)])
def test_a_leaf_completes_as_many_subtrees_as_its_number_is_even(size: int, count: int) -> None:
    assert len(siblings(size)) == count

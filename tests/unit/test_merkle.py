"""The Merkle tree against its definition, and proofs against every way of bending them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.log.merkle import (
    EMPTY,
    consistency,
    consistent,
    in_memory,
    included,
    inclusion,
    leaf_hash,
    root,
)

SEEDED = settings(derandomize=True, max_examples=200, deadline=None)


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def leaves_of(size: int) -> list[bytes]:
    return [f"event {place}".encode() for place in range(size)]


@pytest.mark.parametrize("size", [*range(40), 64, 65, 127, 255])
def test_the_root_is_the_one_that_the_rfc_defines(size: int) -> None:
    leaves = leaves_of(size)

    assert root(size, in_memory(leaves)) == defined(leaves)


def test_the_vectors_of_certificate_transparency() -> None:
    """The test tree of RFC 6962's reference implementation: eight inputs, three roots."""
    inputs = ["", "00", "10", "2021", "3031", "40414243"]
    inputs += ["5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [bytes.fromhex(text) for text in inputs]

    roots = {size: root(size, in_memory(leaves)).hex() for size in (1, 7, 8)}

    assert roots == {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    assert root(0, in_memory([])) == EMPTY


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_every_small_tree_is_shown_to_be_in_it(size: int) -> None:
    leaves = leaves_of(size)
    tree = in_memory(leaves)

    for index, leaf in enumerate(leaves):
        proof = inclusion(index, size, tree)
        assert included(leaf, index, size, proof, root(size, tree))
        assert not included(leaf + b".", index, size, proof, root(size, tree))
        assert not any(
            included(leaf, other, size, proof, root(size, tree))
            for other in range(size)
            if other != index
        )


@pytest.mark.parametrize("size", range(34))
def test_every_small_tree_begins_with_every_smaller_one(size: int) -> None:
    tree = in_memory(leaves_of(size))

    for first in range(size + 1):
        proof = consistency(first, size, tree)
        assert consistent(first, size, proof, root(first, tree), root(size, tree))


@SEEDED
@given(st.integers(2, 80), st.data())
def test_a_rewritten_leaf_is_in_no_consistent_later_tree(size: int, data: st.DataObject) -> None:
    """An administrator rewrites one leaf of the prefix and makes the best proof there is."""
    first = data.draw(st.integers(1, size))
    place = data.draw(st.integers(0, first - 1))
    leaves = leaves_of(size)
    kept = root(first, in_memory(leaves))
    leaves[place] = b"rewritten"
    tree = in_memory(leaves)

    proof = consistency(first, size, tree)

    assert not consistent(first, size, proof, kept, root(size, tree))


@SEEDED
@given(st.integers(2, 80), st.data())
def test_a_proof_that_is_bent_in_any_place_proves_nothing(size: int, data: st.DataObject) -> None:
    tree = in_memory(leaves_of(size))
    first = data.draw(st.integers(1, size - 1))
    proof = consistency(first, size, tree)
    kept, now = root(first, tree), root(size, tree)
    place = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = bytearray(proof[place])
    flipped[bit // 8] ^= 1 << bit % 8
    bent = [*proof[:place], bytes(flipped), *proof[place + 1 :]]

    assert not consistent(first, size, bent, kept, now)
    assert not consistent(first, size, [*proof, proof[0]], kept, now)
    assert not consistent(first, size, proof[:-1], kept, now)


@SEEDED
@given(st.integers(0, 60), st.integers(0, 60), st.lists(st.binary(min_size=32, max_size=32)))
def test_made_up_proofs_between_made_up_trees_prove_nothing(
    first: int, size: int, proof: list[bytes]
) -> None:
    ours, theirs = hashlib.sha256(b"ours").digest(), hashlib.sha256(b"theirs").digest()

    assert not consistent(first, size, proof, ours, theirs)
    assert not included(b"leaf", first, size, proof, ours)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        inclusion(index, size, in_memory(leaves_of(size)))


def test_a_larger_tree_is_no_beginning_of_a_smaller_one() -> None:
    tree = in_memory(leaves_of(8))

    with pytest.raises(ValueError, match="does not begin"):
        consistency(9, 8, tree)
    assert not consistent(9, 8, [], root(8, tree), root(8, tree))


def test_the_digests_that_are_stored_are_the_leaves() -> None:
    from registry.log.chain import leaf_digest

    assert leaf_hash(b"body").hex() == leaf_digest(b"body")

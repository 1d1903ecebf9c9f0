"""A witness signs what continues the log it saw, refuses everything else, and two find a split."""

from __future__ import annotations

import pytest

from registry.log.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from registry.log.merkle import consistency, in_memory, root
from registry.log.note import NoteError, new_signer, verified
from registry.log.proof import ConsistencyProof, ProofError, read_proof
from registry.log.witness import ProofMissing, Refused, cosigned, held_by

LOG = new_signer("hospital", bytes(31) + b"L")
FIRST, SECOND = new_signer("north", bytes(31) + b"N"), new_signer("south", bytes(31) + b"S")
TRUE = [f"event {place}".encode() for place in range(40)]
FORKED = [*TRUE[:20], *(f"other {place}".encode() for place in range(20))]


def checkpoint(leaves: list[bytes], size: int) -> Checkpoint:
    return Checkpoint(LOG.name, size, root(size, in_memory(leaves)))


def note(leaves: list[bytes], size: int, signer=LOG) -> bytes:  # type: ignore[no-untyped-def]
    return str(sign_checkpoint(checkpoint(leaves, size), [signer])).encode()


def proof(leaves: list[bytes], first: int, size: int) -> ConsistencyProof:
    return ConsistencyProof(first, size, tuple(consistency(first, size, in_memory(leaves))))


def test_a_checkpoint_that_continues_the_one_held_gets_the_witness_s_line_below_the_log_s() -> None:
    for first in range(41):
        for size in range(first, 41):
            found = cosigned(
                note(TRUE, size),
                LOG.verifier,
                checkpoint(TRUE, first),
                proof(TRUE, first, size),
                FIRST,
            )
            assert verified(found, [LOG.verifier, FIRST.verifier]) == [
                LOG.verifier,
                FIRST.verifier,
            ]
            assert read_checkpoint(found) == checkpoint(TRUE, size)


def test_the_lines_of_other_witnesses_are_kept_and_one_s_own_is_not_doubled() -> None:
    once = cosigned(note(TRUE, 9), LOG.verifier, None, None, FIRST)
    twice = cosigned(str(once).encode(), LOG.verifier, None, None, SECOND)
    again = cosigned(str(twice).encode(), LOG.verifier, checkpoint(TRUE, 9), None, FIRST)

    assert [one.name for one in twice.signatures] == ["hospital", "north", "south"]
    assert again == twice


@pytest.mark.parametrize(
    ("new", "size", "said"),
    [
        (TRUE, 24, "the log has shrunk: 25 events were seen, and now 24"),
        (FORKED, 25, "the log has two histories of 25 events"),
        (FORKED, 30, "does not begin with the 25 that were seen"),
    ],
)
def test_a_shrunk_or_forked_log_is_refused(new: list[bytes], size: int, said: str) -> None:
    given = proof(new, 25, size) if size > 25 else None

    with pytest.raises(Refused, match=said):
        cosigned(note(new, size), LOG.verifier, checkpoint(TRUE, 25), given, FIRST)


def test_a_bent_proof_is_refused_in_every_place() -> None:
    good = proof(TRUE, 25, 33)
    for place, one in enumerate(good.hashes):
        bent = (*good.hashes[:place], one[::-1], *good.hashes[place + 1 :])
        with pytest.raises(Refused):
            cosigned(
                note(TRUE, 33),
                LOG.verifier,
                checkpoint(TRUE, 25),
                ConsistencyProof(25, 33, bent),
                FIRST,
            )


@pytest.mark.parametrize("given", [None, proof(TRUE, 24, 33), proof(TRUE, 25, 32)])
def test_without_the_proof_from_the_one_held_nothing_is_signed(
    given: ConsistencyProof | None,
) -> None:
    with pytest.raises(ProofMissing):
        cosigned(note(TRUE, 33), LOG.verifier, checkpoint(TRUE, 25), given, FIRST)


def test_what_the_log_did_not_sign_is_no_checkpoint() -> None:
    other = new_signer("hospital", bytes(31) + b"X")

    with pytest.raises(NoteError, match="not signed by hospital"):
        cosigned(note(TRUE, 9, other), LOG.verifier, None, None, FIRST)


def test_two_witnesses_who_were_shown_different_histories_find_out() -> None:
    to_north = cosigned(
        note(TRUE, 25), LOG.verifier, checkpoint(TRUE, 20), proof(TRUE, 20, 25), FIRST
    )
    to_south = cosigned(
        note(FORKED, 30), LOG.verifier, checkpoint(FORKED, 20), proof(FORKED, 20, 30), SECOND
    )
    seen = held_by(str(to_south).encode(), LOG.verifier, SECOND.verifier)

    with pytest.raises(Refused):
        cosigned(str(to_north).encode(), LOG.verifier, seen, None, SECOND)
    seen = held_by(str(to_north).encode(), LOG.verifier, FIRST.verifier)
    for proven in (proof(TRUE, 25, 30), proof(FORKED, 25, 30)):
        with pytest.raises(Refused):
            cosigned(str(to_south).encode(), LOG.verifier, seen, proven, FIRST)


def test_a_state_without_the_witness_s_own_line_is_no_state() -> None:
    with pytest.raises(NoteError, match="not signed by the witness north"):
        held_by(note(TRUE, 9), LOG.verifier, FIRST.verifier)


def test_a_proof_is_read_back_as_it_was_written() -> None:
    for first in range(41):
        one = proof(TRUE, first, 40)
        assert read_proof(str(one).encode()) == one


@pytest.mark.parametrize(
    "bent",
    [
        b"",
        b"registry-consistency/v1\n",
        b"registry-consistency/v2\n1 2\n",
        b"registry-consistency/v1\n1 2",
        b"registry-consistency/v1\n01 2\n",
        b"registry-consistency/v1\n1 2\n\n",
        b"registry-consistency/v1\n1 2\nAAAA\n",
        b"registry-consistency/v1\n1 2\n!!\n",
        b"registry-consistency/v1\n1 2 3\n",
        b"registry-consistency/v1\n1 99999999999999999999\n",
        b"registry-consistency/v1\n1 2\n" + b"A" * 43 + b"=\n" * 200,
        "registry-consistency/v1\n１ 2\n".encode(),
    ],
)
def test_what_is_no_proof_is_refused(bent: bytes) -> None:
    with pytest.raises(ProofError):
        read_proof(bent)

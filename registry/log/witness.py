"""What a witness does: it signs a checkpoint only if it continues the last one that it signed.

A log can show different people different histories as long as nobody compares. A witness holds the
one checkpoint that it saw last and asks for proof that the next begins with it; two witnesses that
hand each other what they signed find the split.
"""

from __future__ import annotations

from registry.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from registry.log.merkle import consistent
from registry.log.note import Note, NoteError, Signer, Verifier, read_note, verified
from registry.log.proof import ConsistencyProof


class Refused(ValueError):
    """The log's own signature stands under a history that does not continue the one seen."""


class ProofMissing(ValueError):
    """A larger checkpoint came without the proof from the one held to it."""


def cosigned(
    data: bytes, log: Verifier, held: Checkpoint | None, proof: ConsistencyProof | None, key: Signer
) -> Note:
    """The checkpoint in ``data`` with the witness's line below the log's.

    ``held`` is the checkpoint that the witness signed last, None at its first. Raises ``NoteError``
    for what the log did not sign, ``ProofMissing``, and ``Refused``.
    """
    new, note = open_checkpoint(data, log)
    if held is not None:
        require_continues(held, new, proof)
    if key.verifier in verified(note, [key.verifier]):
        return note
    return sign_checkpoint(new, [key], note.signatures)


def require_continues(held: Checkpoint, new: Checkpoint, proof: ConsistencyProof | None) -> None:
    """Raise unless ``new`` is the log of ``held``, the same or grown."""
    if new.origin != held.origin:
        raise Refused(f"the checkpoint is of the log {new.origin}, not of {held.origin}")
    if new.size < held.size:
        raise Refused(f"the log has shrunk: {held.size} events were seen, and now {new.size}")
    if new.size == held.size:
        if new.root != held.root:
            raise Refused(f"the log has two histories of {held.size} events")
        return
    if held.size == 0:
        hashes: tuple[bytes, ...] = ()
    elif proof is None:
        raise ProofMissing(f"the log grew from {held.size} to {new.size} events without a proof")
    elif (proof.first, proof.size) != (held.size, new.size):
        raise ProofMissing(
            f"the proof is from {proof.first} to {proof.size} events, "
            f"and the one needed from {held.size} to {new.size}"
        )
    else:
        hashes = proof.hashes
    if not consistent(held.size, new.size, hashes, held.root, new.root):
        raise Refused(
            f"the log of {new.size} events does not begin with the {held.size} that were seen"
        )


def held_by(data: bytes, log: Verifier, witness: Verifier) -> Checkpoint:
    """The checkpoint in a witness's state, which bears both signatures. Raises ``NoteError``."""
    checkpoint, note = open_checkpoint(data, log)
    if witness not in verified(note, [witness]):
        raise NoteError(f"the checkpoint is not signed by the witness {witness.name}")
    return checkpoint


def signed_under_another(data: bytes, log: Verifier, witness: Verifier) -> bool:
    """Whether a state is the witness's own, and bears no line at all by the log's key."""
    try:
        note = read_note(data)
        own = witness in verified(note, [witness])
    except NoteError:
        return False
    return own and all((one.name, one.key_id) != (log.name, log.id) for one in note.signatures)

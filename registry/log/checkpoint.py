"""Checkpoints (C2SP tlog-checkpoint): how large the log is and its root, as a signed note.

Whoever holds one can ask for proof that any later log begins with it. The lines beyond the third
are kept and mean nothing here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.log.note import (
    Note,
    NoteError,
    Signature,
    Signer,
    Verifier,
    read_note,
    signed,
    verified,
)

MAX_SIZE = (1 << 53) - 1


@dataclass(frozen=True)
class Checkpoint:
    """The log called ``origin`` had ``size`` leaves with this ``root``, 32 bytes."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.more)
        return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(
    checkpoint: Checkpoint, signers: Iterable[Signer], earlier: Sequence[Signature] = ()
) -> Note:
    """The checkpoint as a note, with the signatures that it has already first."""
    return signed(checkpoint.text, signers, earlier)


def read_checkpoint(note: Note) -> Checkpoint:
    """What a note says of a log, signed or not. Raises ``NoteError``."""
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not lines[0] or not all(lines[3:]):
        raise NoteError("a checkpoint has three lines: the log's name, its size and its root")
    origin, size, encoded, *more = lines
    if not size.isascii() or not size.isdigit() or str(int(size)) != size or int(size) > MAX_SIZE:
        raise NoteError("the size of a log is a whole number without leading zeros")
    try:
        root = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteError("the root of a checkpoint is base64") from error
    found = Checkpoint(origin, int(size), root, tuple(more))
    if len(root) != 32 or found.text != note.text:
        raise NoteError("the root of a checkpoint is 32 bytes, written in one way")
    return found


def open_checkpoint(data: bytes, log: Verifier) -> tuple[Checkpoint, Note]:
    """A checkpoint that the log itself signed. Raises ``NoteError`` for anything else.

    The name of the log's key is the log's origin.
    """
    note = read_note(data)
    checkpoint = read_checkpoint(note)
    if log not in verified(note, [log]):
        raise NoteError(f"the checkpoint is not signed by {log.name}")
    if checkpoint.origin != log.name:
        raise NoteError(f"the checkpoint is of the log {checkpoint.origin}, not of {log.name}")
    return checkpoint, note

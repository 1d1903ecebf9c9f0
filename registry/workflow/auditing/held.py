"""Compares this log with checkpoints that are held outside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session

from registry.clock import stamp
from registry.errors import IntegrityFailure, InvalidInput, NotFound, RegistryError
from registry.log.checkpoint import Checkpoint, open_checkpoint, read_checkpoint
from registry.log.merkle import consistent
from registry.log.note import NoteError, Verifier, read_note
from registry.store import tree
from registry.workflow.auditing.places.files import Folder, held_in
from registry.workflow.auditing.places.named import named
from registry.workflow.auditing.places.place import SUFFIX, Held
from registry.workflow.auditing.places.timestamp import StampRefused, verify_token

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_RESTORED = (
    "the log was rolled back, restored from a backup, or rewritten: "
    "keep this database as it is, and look for the one that continues the anchor"
)


@dataclass(frozen=True)
class Against:
    """What the comparison came to: the log of ``size`` begins with all ``anchors``."""

    anchors: int
    oldest: int
    newest: int
    size: int
    stamped: tuple[str, ...]
    unchecked_stamps: int

    @property
    def since(self) -> int:
        """Events after the newest anchor: what nothing outside protects."""
        return self.size - self.newest


def held_at(text: str) -> list[Held]:
    """The checkpoints in a file, a folder, or a place ``git:REPO[:branch]``."""
    if text.startswith(("git:", "file:")):
        found = named(text).held()
    elif (path := Path(text)).is_dir():
        found = Folder(path).held()
    elif path.exists():
        return [held_in(path)]
    else:
        raise NotFound(
            "there is no anchor", where=text, expected="a checkpoint, or a folder of them"
        )
    if not found:
        raise NotFound("there is no anchor", where=text, expected=f"files *{SUFFIX}")
    return found


def opened(held: Held, log: Verifier) -> Checkpoint:
    """The checkpoint in a note, read strictly.

    Raises `InvalidInput` for what is no checkpoint, `IntegrityFailure` for one that this log did
    not sign: it proves nothing here, or somebody changed the key or the log in its place.
    """
    try:
        origin = read_checkpoint(read_note(held.note)).origin
    except NoteError as error:
        raise _no_anchor(InvalidInput, str(error), held, log) from error
    try:
        return open_checkpoint(held.note, log)[0]
    except NoteError as error:
        why = str(error) if origin == log.name else f"it is of the log {origin}"
        raise _no_anchor(IntegrityFailure, why, held, log) from error


def _no_anchor(kind: type[RegistryError], why: str, held: Held, log: Verifier) -> RegistryError:
    return kind(
        f"this is no anchor of the log {log.name}: {why}",
        where=held.where,
        expected=f"a checkpoint signed by {log}",
        todo="if the log has another key, name it with --trust",
    )


def require_prefix(session: Session, checkpoint: Checkpoint, where: str) -> None:
    """Raise `IntegrityFailure` unless the log begins with the checkpoint's."""
    size = tree.size(session)
    if checkpoint.size > size:
        raise IntegrityFailure(
            f"the anchor is newer than the log: it holds {checkpoint.size} events, the log {size}",
            where=where,
            expected=f"a log of at least {checkpoint.size} events",
            todo=_RESTORED,
        )
    if tree.root(session, checkpoint.size) != checkpoint.root:
        raise _other_history(checkpoint, where)


def compared(
    session: Session,
    log: Verifier,
    held: Sequence[Held],
    certificates: "tuple[Certificate, ...]" = (),
) -> Against:
    """Check every anchor: its signature, its place in the log, its time stamp; oldest first.

    Raises `InvalidInput` for what is no checkpoint, `IntegrityFailure` for one of another log or
    key, and for one that the log does not continue.
    """
    pairs = sorted(((opened(one, log), one) for one in held), key=lambda pair: pair[0].size)
    for checkpoint, one in pairs:
        require_prefix(session, checkpoint, one.where)
    size = tree.size(session)
    head = Checkpoint(log.name, size, tree.root(session, size))
    steps = [checkpoint for checkpoint, _ in pairs]
    _require_chain(session, [*steps, head], [one.where for _, one in pairs])
    stamped = tuple(_stamp(one, certificates) for one in held if one.token and certificates)
    unchecked = 0 if certificates else sum(one.token is not None for one in held)
    return Against(len(steps), steps[0].size, steps[-1].size, size, stamped, unchecked)


def _require_chain(session: Session, steps: Sequence[Checkpoint], where: Sequence[str]) -> None:
    """Prove each step from the one before, as any outsider would."""
    for old, new, place in zip(steps, steps[1:], where, strict=False):
        proof = tree.consistency(session, old.size, new.size)
        if not consistent(old.size, new.size, proof, old.root, new.root):
            raise _other_history(old, place)


def _other_history(checkpoint: Checkpoint, where: str) -> IntegrityFailure:
    return IntegrityFailure(
        f"the first {checkpoint.size} events are not those that were anchored",
        where=where,
        expected=f"the root {checkpoint.root.hex()}",
        todo=_RESTORED,
    )


def _stamp(held: Held, certificates: "tuple[Certificate, ...]") -> str:
    try:
        at = verify_token(held.token or b"", held.note, certificates)
    except StampRefused as error:
        raise IntegrityFailure(
            f"the time stamp does not hold: {error}",
            where=held.where,
            expected="a token over this checkpoint, by the server of --tsa-certificate",
        ) from error
    return stamp(at)

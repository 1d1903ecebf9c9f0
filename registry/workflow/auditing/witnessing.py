"""A witness at work: files in, files out, no registry and no database."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.errors import Conflict, IntegrityFailure, InvalidInput
from registry.log.checkpoint import Checkpoint, read_checkpoint
from registry.log.note import Note, NoteError, Signer, Verifier, new_signer, read_signer
from registry.log.proof import ConsistencyProof, ProofError, read_proof
from registry.log.witness import ProofMissing, Refused, cosigned, held_by, signed_under_another
from registry.workflow.auditing.log_key import read_public
from registry.workflow.auditing.places.files import replace
from registry.workflow.auditing.places.place import MOST_BYTES


@dataclass(frozen=True)
class Files:
    """What a witness works with: what came from the log, and what is its own."""

    checkpoint: Path
    log_key: Path
    key: Path
    state: Path
    out: Path
    proof: Path | None = None


@dataclass(frozen=True)
class Witnessed:
    """What was signed."""

    log: str
    size: int
    root: str
    witness: str


def witness(files: Files, *, first: bool = False) -> Witnessed:
    """Sign a checkpoint that continues the one signed last, and remember it in its place.

    ``first`` trusts the checkpoint that there is when nothing was signed yet. A log that does not
    continue what was seen raises `IntegrityFailure`, and the state stays as it is.
    """
    log, key = read_public(files.log_key), _read_key(files.key)
    proof = _read_proof(files.proof) if files.proof else None
    data = _read(files.checkpoint, "checkpoint")
    with _alone(files.state):
        held = _held(files.state, log, key.verifier, first=first)
        note = _cosigned(files, data, log, held, proof, key)
        content = str(note).encode()
        # The state goes first: whoever dies between the two signs the same again.
        replace(files.state, content)
        replace(files.out, content)
    found = read_checkpoint(note)
    return Witnessed(found.origin, found.size, found.root.hex(), key.name)


def new_key(name: str, path: Path) -> Verifier:
    """Make a witness's secret key in a new file that only its owner reads."""
    try:
        signer = new_signer(name, secrets.token_bytes(32))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except NoteError as error:
        raise InvalidInput(str(error), expected="a name such as witness-north") from error
    except FileExistsError as error:
        raise Conflict("there is a file already, and it may be a key", where=str(path)) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(signer.secret() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return signer.verifier


def _cosigned(
    files: Files,
    data: bytes,
    log: Verifier,
    held: Checkpoint | None,
    proof: ConsistencyProof | None,
    key: Signer,
) -> Note:
    try:
        return cosigned(data, log, held, proof, key)
    except NoteError as error:
        raise InvalidInput(
            f"this is no checkpoint of {log.name}: {error}",
            where=str(files.checkpoint),
            expected=f"a checkpoint signed by {log}, which is the key in {files.log_key}",
        ) from error
    except ProofMissing as error:
        raise InvalidInput(
            str(error),
            where=str(files.proof or files.checkpoint),
            expected="--proof with the file of `registry audit consistency`",
        ) from error
    except Refused as error:
        raise IntegrityFailure(
            f"not signed: {error}",
            where=str(files.checkpoint),
            expected=f"a log that continues the checkpoint in {files.state}",
            todo="keep both files: together they prove that the log shows two histories",
        ) from error


def _held(state: Path, log: Verifier, own: Verifier, *, first: bool) -> Checkpoint | None:
    if not state.exists():
        if not first:
            raise InvalidInput(
                "this witness has seen nothing yet",
                where=str(state),
                expected="its state, or --first to trust this checkpoint unproven",
            )
        return None
    if first:
        raise Conflict(
            "this witness has signed before: --first would forget what it saw", where=str(state)
        )
    data = _read(state, "state")
    try:
        return held_by(data, log, own)
    except NoteError as error:
        if signed_under_another(data, log, own):
            raise InvalidInput(
                f"the key of {log.name} given is not the one under which this witness signed last",
                where=str(state),
                expected="--log-key with the key of the log that it watches",
                todo="if the log says that it has a new key, begin anew in another state file",
            ) from error
        raise IntegrityFailure(
            f"the state is not what this witness wrote: {error}",
            where=str(state),
            todo="bring back its last state; nothing is signed without it",
        ) from error


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """One witness at a time: two that overlap could sign two histories."""
    lock = state.with_name(state.name + ".lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise InvalidInput(
            f"the witness cannot write: {error.strerror}", where=str(error.filename or lock)
        ) from error


def _read_key(path: Path) -> Signer:
    text = _read(path, "witness's key")
    if path.stat().st_mode & 0o077:
        raise InvalidInput(
            "the witness's key can be read by others",
            where=str(path),
            todo=f"run chmod 600 {path}, or make a new key if somebody may have read it",
        )
    try:
        return read_signer(text.decode("utf-8"))
    except (UnicodeDecodeError, NoteError) as error:
        raise InvalidInput(
            f"the witness's key cannot be read: {error}",
            where=str(path),
            expected="a file made by `registry witness-key`",
        ) from error


def _read_proof(path: Path) -> ConsistencyProof:
    try:
        return read_proof(_read(path, "proof"))
    except ProofError as error:
        raise InvalidInput(
            str(error), where=str(path), expected="a file made by `registry audit consistency`"
        ) from error


def _read(path: Path, noun: str) -> bytes:
    try:
        with path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            f"the {noun} cannot be read: {error.strerror}", where=str(path)
        ) from error
    if len(found) > MOST_BYTES:
        raise InvalidInput(f"the {noun} is larger than {MOST_BYTES} bytes", where=str(path))
    return found

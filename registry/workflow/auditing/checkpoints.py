"""Checkpoints: the log's size and root, signed by the key of the log."""

from sqlmodel import Session

from registry.errors import IntegrityFailure
from registry.log.checkpoint import Checkpoint, open_checkpoint, read_checkpoint, sign_checkpoint
from registry.log.merkle import consistent
from registry.log.note import Note, NoteError, Verifier, read_note
from registry.records import LogCheckpoint
from registry.store import checkpoints, tree
from registry.workflow.attempt import attempt
from registry.workflow.auditing import log_key
from registry.workflow.context import Context


def log_verifier(context: Context) -> Verifier:
    """The public key of the log; raises `Unavailable` where it is not here."""
    return log_key.verifier(context.settings)


def checkpoint(context: Context) -> Note:
    """Sign the log as it is now, and store what was signed."""
    with attempt(context, "checkpoint") as work:
        return keep_checkpoint(work.context, work.session)


def signed_checkpoint(context: Context, session: Session) -> Note:
    """The checkpoint of the log as it is now; stores nothing.

    Raises `Unavailable` where the key is not here, and `IntegrityFailure` where the log does not
    begin with what was signed last: that must not be signed over.
    """
    signer = log_key.signer(context.settings)
    size = tree.size(session)
    root = tree.root(session, size)
    if last := checkpoints.last(session):
        _require_consistent(session, opened(last, signer.verifier), Checkpoint("", size, root))
        if last.size == size:
            return read_note(bytes(last.note))
    return sign_checkpoint(Checkpoint(signer.name, size, root), [signer])


def keep_checkpoint(context: Context, session: Session) -> Note:
    """The checkpoint of the log as it is now, stored in the caller's write transaction."""
    note = signed_checkpoint(context, session)
    found, last = read_checkpoint(note), checkpoints.last(session)
    if last is None or last.size < found.size:
        body = str(note).encode()
        checkpoints.keep(session, found.size, found.root, body, context.now())
    return note


def opened(row: LogCheckpoint, log: Verifier) -> Checkpoint:
    """What a stored checkpoint says; raises `IntegrityFailure` unless the log signed just that."""
    try:
        found, _ = open_checkpoint(bytes(row.note), log)
    except NoteError as error:
        raise _forged(row, str(error)) from error
    if (found.size, found.root) != (row.size, bytes(row.root)):
        raise _forged(row, "its columns are not what was signed")
    return found


def _require_consistent(session: Session, last: Checkpoint, now: Checkpoint) -> None:
    if last.size <= now.size:
        proof = tree.consistency(session, last.size, now.size)
        if consistent(last.size, now.size, proof, last.root, now.root):
            return
    raise IntegrityFailure(
        f"the log does not begin with what was signed at {last.size} events; it was not signed",
        expected=f"a log of at least {last.size} events that nobody rewrote",
        todo="run `registry audit verify`, and compare this database with the last backup",
    )


def _forged(row: LogCheckpoint, what: str) -> IntegrityFailure:
    return IntegrityFailure(
        f"checkpoint {row.size}: {what}",
        expected="a checkpoint that the key of the log signed",
        todo="run `registry audit verify` and find out who changed the database",
    )

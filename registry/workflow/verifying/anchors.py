"""Compares the table of anchors with the log: what was anchored, and what is said of it here."""

import hashlib
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.log.checkpoint import read_checkpoint
from registry.log.note import NoteError, read_note
from registry.records import Anchor, LogCheckpoint
from registry.store import tree
from registry.workflow.verifying.told import Log, differences


def anchor_problems(session: Session, log: Log) -> Iterator[str]:
    """Every anchor that is not what its event says, or that the log does not begin with."""
    size = tree.size(session)
    stored: dict[object, object] = {}
    for row in session.exec(select(Anchor)):
        note = bytes(row.note)
        digest = f"sha256:{hashlib.sha256(note).hexdigest()}"
        stored[row.event_seq] = (row.kind, row.size, row.root, digest, row.at)
        if not _says(row, note):
            yield f"anchor {row.id}: it is not what its note says"
        elif row.size > size or tree.root(session, row.size).hex() != row.root:
            yield f"anchor {row.id}: the log does not begin with its {row.size} events"
        elif session.get(LogCheckpoint, row.size) is None:
            yield f"anchor {row.id}: the checkpoint that it holds is stored no more"
    told: dict[object, object] = {
        one.seq: (*(one.details.get(key) for key in ("kind", "size", "root", "note")), one.at)
        for one in log
        if one.fact == "log.anchored"
    }
    yield from differences("anchor of event", stored, told)


def _says(row: Anchor, note: bytes) -> bool:
    try:
        checkpoint = read_checkpoint(read_note(note))
    except NoteError:
        return False
    return (checkpoint.size, checkpoint.root.hex()) == (row.size, row.root)

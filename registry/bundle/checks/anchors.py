"""What lies outside agrees with the checkpoint."""

from registry.bundle.case import Case
from registry.bundle.problem import Agreed, Found, Problem, Unchecked
from registry.bundle.record import Anchor
from registry.bundle.strict import unbase64
from registry.log.checkpoint import Checkpoint, open_checkpoint, read_checkpoint
from registry.log.merkle import consistent
from registry.log.note import NoteError, read_note

TITLE = "anchors continued by the log"


def check(case: Case) -> Found:
    """The anchors in the bundle by their proofs, and the one the auditor holds."""
    head = read_checkpoint(read_note(case.record.checkpoint.encode()))
    for one in case.record.anchors:
        yield from _one(case, one, head)
    if not case.record.anchors:
        yield Unchecked("the bundle holds no anchor: nothing outside the registry vouches for it")
    if case.held.anchor is not None:
        yield from _held(case, case.held.anchor, head)


def _one(case: Case, anchor: Anchor, head: Checkpoint) -> Found:
    try:
        found, _ = open_checkpoint(anchor.note.encode(), case.opened.log)
    except NoteError as error:
        yield Problem("anchor", f"the {anchor.kind} anchor: {error}")
        return
    proof = [bytes.fromhex(one) for one in anchor.consistency]
    if not consistent(found.size, head.size, proof, found.root, head.root):
        yield Problem("anchor", f"the log does not continue the {anchor.kind} anchor {found.size}")
    if anchor.token is not None:
        unbase64(anchor.token, "a time stamp")
        yield Unchecked(f"the time stamp of the {anchor.kind} anchor (registry audit verify does)")


def _held(case: Case, data: bytes, head: Checkpoint) -> Found:
    """The auditor's own anchor: the bundle proves it where it holds one of that size."""
    try:
        note = read_note(data)
        mine = read_checkpoint(note)
    except NoteError as error:
        yield Problem("anchor", f"the anchor given cannot be read: {error}")
        return
    if mine.origin != case.opened.log.name:
        yield Problem("anchor-foreign", f"the anchor given is of the log {mine.origin}")
        return
    sizes = {head.size: head.root}
    for one in case.record.anchors:
        found = read_checkpoint(read_note(one.note.encode()))
        sizes[found.size] = found.root
    if mine.size not in sizes:
        yield Unchecked(
            f"the bundle proves nothing of the anchor given, of size {mine.size}; "
            "make one after it is recorded, or ask for a consistency proof",
            demanded=True,
        )
    elif sizes[mine.size] != mine.root:
        yield Problem("anchor", f"the anchor given has another root at size {mine.size}")
    else:
        yield Agreed(f"the log continues the anchor given, of size {mine.size}")

"""The checkpoint is the log's own."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem
from registry.log.checkpoint import open_checkpoint
from registry.log.note import NoteError

TITLE = "checkpoint signed by the log"


def check(case: Case) -> Found:
    """A note by the key that signed the bundle, under the name of the log."""
    try:
        open_checkpoint(case.record.checkpoint.encode(), case.opened.log)
    except NoteError as error:
        yield Problem("checkpoint", str(error))

"""Every event lies in the log, at its place, once."""

from itertools import pairwise

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem
from registry.log.chain import GENESIS
from registry.log.checkpoint import read_checkpoint
from registry.log.merkle import included
from registry.log.note import read_note

TITLE = "events included in the log"


def check(case: Case) -> Found:
    """Inclusion proofs against the checkpoint, and the links between neighbours."""
    head = read_checkpoint(read_note(case.record.checkpoint.encode()))
    for one in case.log.events:
        if not included(one.body.encode(), one.seq - 1, head.size, one.proof, head.root):
            yield Problem("proof", f"event {one.seq} is not in the log of {head.size}")
        if one.seq == 1 and one.previous != GENESIS:
            yield Problem("chain", "the first event names another before it")
    # What it tells of the log, it tells as of the checkpoint: the event that made it ends the tree.
    if not case.log.events or case.log.events[-1].seq != head.size:
        what = f"the log of {head.size} goes on after the event that made the bundle"
        yield Problem("event-missing", what)
    for before, after in pairwise(case.log.events):
        if after.seq <= before.seq:
            yield Problem("order", f"event {after.seq} stands after event {before.seq}")
        elif after.seq == before.seq + 1 and after.previous != before.leaf:
            yield Problem("chain", f"event {after.seq} does not follow event {before.seq}")

"""Verifies the audit trail against itself, and the records against it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlmodel import Session

from registry.errors import IntegrityFailure, Unavailable
from registry.log.chain import Fields, Row
from registry.log.note import Verifier
from registry.store import checkpoints, triggers
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.auditing.checkpoints import log_verifier, opened
from registry.workflow.auditing.walk import Walk
from registry.workflow.context import Context
from registry.workflow.permissions import require_scope
from registry.workflow.verifying.clock import Forwards
from registry.workflow.verifying.records import record_problems
from registry.workflow.verifying.told import Told, told

_SHOWN = 10


@dataclass(frozen=True)
class Verified:
    """An intact log: its length, the digest of its last event, its root, its last checkpoint.

    The root is base64, as a checkpoint writes it; ``checkpoint`` is the size that was signed last.
    """

    events: int
    head: str
    root: str
    checkpoint: int | None


def verify(context: Context, trust: Verifier | None = None) -> Verified:
    """Check every event, the chain, the tree, the checkpoints, the triggers, and the records.

    ``trust`` is the log's public key from elsewhere: without it the one in the registry's folder is
    taken, which whoever owns that folder can change. Raises `Unavailable` where it signed nothing.

    Raises `IntegrityFailure` with everything found. An intact result does not rule out that
    somebody with full write access rewrote the log since its last checkpoint, or cut it back and
    removed the checkpoints as well: only a checkpoint kept elsewhere shows that.
    """
    with refusals_logged(context, "verify"):
        require_scope(context, "verify")
    with reading(context.engine, at_once=True) as session:
        found = require_intact(context, session, trust)
    if trust and found.checkpoint is None:
        raise Unavailable(
            "no checkpoint is stored: the key that was named has signed nothing of this log",
            expected="a checkpoint, which every anchoring and `registry audit checkpoint` stores",
        )
    return found


def require_intact(context: Context, session: Session, trust: Verifier | None = None) -> Verified:
    """What the session sees; raises `IntegrityFailure` with all that is wrong in it."""
    hearing = _Hearing()
    walk = Walk(session, hearing.hear)
    signatures = _signatures(context, session, trust)
    problems = _problems(session, walk, hearing.log, signatures)
    found = list(islice(problems, _SHOWN))
    if found:
        raise _failure(found, sum(1 for _ in problems))
    last = checkpoints.last(session)
    root = base64.b64encode(walk.root).decode()
    return Verified(walk.size, walk.head, root, last.size if last else None)


class _Hearing:
    """What is kept of the events that are read: the latest time, and what records repeat."""

    def __init__(self) -> None:
        self.log: list[Told] = []
        self._forwards = Forwards()

    def hear(self, row: Row, fields: Fields) -> str | None:
        one = told(row, fields)
        if one:
            self.log.append(one)
        return self._forwards.problem(row[0], row[1], fields.get("fact"))


def _problems(
    session: Session, walk: Walk, log: list[Told], signatures: Iterator[str]
) -> Iterator[str]:
    for fault in triggers.faults(session.connection()):
        yield f"the trigger {fault}: the log was open to changes"
    yield from signatures
    yield from walk.problems()
    yield from record_problems(session, log)


def _signatures(context: Context, session: Session, trust: Verifier | None) -> Iterator[str]:
    """What is wrong with the signatures of stored checkpoints; their roots are the walk's."""
    if checkpoints.last(session) is None:
        return
    log = trust or log_verifier(context)
    for row in checkpoints.stored(session):
        try:
            opened(row, log)
        except IntegrityFailure as error:
            yield error.what


def _failure(found: list[str], more: int) -> IntegrityFailure:
    shown = found + ([f"and {more} more"] if more else [])
    return IntegrityFailure(
        "the audit trail is not what was written:\n" + "\n".join(f"  - {one}" for one in shown),
        todo="keep this database as it is, and compare it with the last backup",
    )

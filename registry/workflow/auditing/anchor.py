"""Puts a signed checkpoint of the log outside, where whoever owns the database cannot reach it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from registry.log.checkpoint import Checkpoint, read_checkpoint
from registry.log.note import Note, Verifier
from registry.records import Anchor
from registry.store.database import reading, writing
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.auditing.checkpoints import keep_checkpoint, log_verifier
from registry.workflow.auditing.held import opened, require_prefix
from registry.workflow.auditing.places.place import Held, Place, file_name
from registry.workflow.context import Context
from registry.workflow.permissions import require


@dataclass(frozen=True)
class Anchored:
    """What was put where."""

    size: int
    root: str
    kind: str
    place: str
    file: str
    event: int


def anchor(context: Context, place: Place) -> Anchored:
    """Sign the head, store it in ``place``, and record that in the log.

    Nothing is signed when the log does not continue what is anchored already, by its own record or
    in the place itself: `IntegrityFailure`. Where the recording fails after the storing, the
    checkpoint outside protects all the same, and the next run finds it there.
    """
    with refusals_logged(context, "anchor"):
        require(context, "anchor")
        note, checkpoint = _signed_head(context, place)
        name = file_name(checkpoint.origin, checkpoint.size)
        data = str(note).encode()
        # Outside every transaction: a server that answers slowly must not hold up the others.
        token = place.put(name, data, context.now())
    return _recorded(context, place, checkpoint, data, token, name)


def _signed_head(context: Context, place: Place) -> tuple[Note, Checkpoint]:
    log = log_verifier(context)
    held = place.held()
    with reading(context.engine) as session:
        _require_continues(session, log, held)
    with writing(context.engine) as session:
        # Stored here before it goes out: the log never denies what it signed.
        note = keep_checkpoint(context, session)
    return note, read_checkpoint(note)


def _require_continues(session: Session, log: Verifier, held: Sequence[Held]) -> None:
    """Raise unless the log begins with everything that is anchored."""
    for row in session.exec(select(Anchor).order_by(col(Anchor.size))):
        checkpoint = Checkpoint(log.name, row.size, bytes.fromhex(row.root))
        require_prefix(session, checkpoint, f"anchor {row.id}, {row.kind} {row.place}")
    for one in held:
        require_prefix(session, opened(one, log), one.where)


def _recorded(
    context: Context,
    place: Place,
    checkpoint: Checkpoint,
    data: bytes,
    token: bytes | None,
    name: str,
) -> Anchored:
    with attempt(context, "anchor") as work:
        event = work.record("anchor", "log.anchored", details=_details(place, checkpoint, data))
        row = Anchor(
            # Given here, because a trigger takes the next one only, and sees no default.
            id=(work.session.exec(select(func.max(Anchor.id))).one() or 0) + 1,
            kind=place.kind,
            place=place.name,
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            note=data,
            token=token,
            at=event.at,
            event_seq=event.seq,
        )
        work.session.add(row)
        return Anchored(row.size, row.root, row.kind, row.place, name, event.seq)


def _details(place: Place, checkpoint: Checkpoint, data: bytes) -> dict[str, object]:
    """What is hashed: not the place, which may be a path with somebody's name in it."""
    return {
        "kind": str(place.kind),
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "note": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }

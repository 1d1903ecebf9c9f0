"""Makes the proof that one event is in the log: its bytes, a path of hashes, a checkpoint."""

import base64
import json
from typing import Final

from sqlmodel import Session

from registry.errors import IntegrityFailure, NotFound
from registry.log.chain import StoredEvent
from registry.log.merkle import included
from registry.records import Event
from registry.store import checkpoints, events, tree
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.auditing.checkpoints import keep_checkpoint, log_verifier, opened
from registry.workflow.context import Context

API_VERSION: Final = "registry/v1"
KIND: Final = "EventProof"


def event_of(context: Context, seq: int) -> StoredEvent:
    """One event of the log."""
    with reading(context.engine) as session:
        return _event(session, seq)


def prove(context: Context, seq: int) -> str:
    """The proof as JSON: against the last checkpoint if it covers the event, else a new one.

    Raises `IntegrityFailure` rather than to make a proof that does not hold.
    """
    with attempt(context, "prove") as work:
        event = _event(work.session, seq)
        last = checkpoints.last(work.session)
        if last is None or last.size < seq:
            keep_checkpoint(context, work.session)
            last = checkpoints.last(work.session)
        assert last is not None
        signed = opened(last, log_verifier(context))
        path = tree.inclusion(work.session, seq, signed.size)
        if not included(event.body, seq - 1, signed.size, path, signed.root):
            raise IntegrityFailure(
                f"event {seq} is not what was signed at {signed.size} events",
                expected="an event with its path to the signed root",
                todo="run `registry audit verify` and find out who changed the database",
            )
        return _json(event, signed.size, path, bytes(last.note).decode())


def _event(session: Session, seq: int) -> StoredEvent:
    found = next(events.stored(session, Event.seq == seq), None)  # type: ignore[arg-type]
    if found is None:
        raise NotFound(
            f"there is no event {seq}", expected=f"a number from 1 to {tree.size(session)}"
        )
    return found


def _json(event: StoredEvent, size: int, path: list[bytes], note: str) -> str:
    proof = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "body": _encoded(event.body),
        "index": event.seq - 1,
        "size": size,
        "inclusion": [_encoded(step) for step in path],
        "checkpoint": note,
    }
    return json.dumps(proof, indent=2, ensure_ascii=False) + "\n"


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()

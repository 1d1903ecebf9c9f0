"""Verifies the audit trail against itself, and the records against it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.log.chain import Break, breaks
from registry.records import Event
from registry.store import events, triggers
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.verify_records import record_problems

_SHOWN = 10


@dataclass(frozen=True)
class Verified:
    """An intact log: its length and the digest of its last event, worth keeping elsewhere."""

    events: int
    head: str


def verify(context: Context) -> Verified:
    """Check every event, the chain, the triggers, and what records say of events.

    Raises `IntegrityFailure` with everything found. An intact result does not rule out that
    somebody with full write access rewrote the whole chain or cut its end; compare ``head`` with
    a copy kept elsewhere.
    """
    with reading(context.engine) as session:
        require_intact(session)
        last = session.exec(select(Event).order_by(col(Event.seq).desc()).limit(1)).first()
    return Verified(last.seq if last else 0, last.digest if last else "none")


def require_intact(session: Session) -> None:
    """Raise `IntegrityFailure` with everything that is wrong in what the session sees."""
    found = list(_problems(session))
    if found:
        raise _failure(found)


def _problems(session: Session) -> Iterator[str]:
    for fault in triggers.faults(session.connection()):
        yield f"the trigger {fault}: the log was open to changes"
    yield from (_sentence(one) for one in breaks(events.stored(session)))
    yield from record_problems(session)


def _sentence(one: Break) -> str:
    return f"event {one.seq}: {one.what}"


def _failure(found: list[str]) -> IntegrityFailure:
    shown = found[:_SHOWN] + ([f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])
    return IntegrityFailure(
        "the audit trail is not what was written:\n" + "\n".join(f"  - {one}" for one in shown),
        todo="keep this database as it is, and compare it with the last backup",
    )

"""Verifies the audit trail against itself, and the records against it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.log.canonical import digest_bytes
from registry.log.chain import Break, breaks
from registry.records import Event, PolicyDocument, Release, SignOff
from registry.store import events, triggers
from registry.store.database import reading
from registry.workflow.context import Context

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
        found = list(_problems(session))
        if found:
            raise _failure(found)
        last = session.exec(select(Event).order_by(col(Event.seq).desc()).limit(1)).first()
    return Verified(last.seq if last else 0, last.digest if last else "none")


def _problems(session: Session) -> Iterator[str]:
    for name in triggers.missing(session.connection()):
        yield f"the trigger {name} is missing or altered: the log was open to changes"
    yield from (_sentence(one) for one in breaks(events.stored(session)))
    yield from _record_problems(session)


def _sentence(one: Break) -> str:
    return f"event {one.seq}: {one.what}"


def _record_problems(session: Session) -> Iterator[str]:
    """Sign-offs, releases and policies must be what their events say they are."""
    for sign_off in session.exec(select(SignOff)):
        if digest_bytes(bytes(sign_off.statement)) != sign_off.statement_digest:
            yield f"sign-off {sign_off.id}: its statement does not have the stored digest"
        if _details(session, sign_off.event_seq).get("statement") != sign_off.statement_digest:
            yield f"sign-off {sign_off.id}: event {sign_off.event_seq} records another statement"
    for release in session.exec(select(Release)):
        details = _details(session, release.event_seq)
        said = (release.recipient, release.use, release.expires_on, release.file_digest)
        if said != tuple(details.get(key) for key in ("recipient", "use", "expires", "file")):
            yield f"release REL-{release.id}: event {release.event_seq} records other terms"
    for policy in session.exec(select(PolicyDocument)):
        if digest_bytes(bytes(policy.body)) != policy.digest:
            yield f"policy {policy.policy_id} {policy.version}: its bytes are not those published"


def _details(session: Session, seq: int) -> dict[str, object]:
    event = session.get(Event, seq)
    if event is None:
        return {}
    try:
        found = json.loads(event.body)["details"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _failure(found: list[str]) -> IntegrityFailure:
    shown = found[:_SHOWN] + ([f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])
    return IntegrityFailure(
        "the audit trail is not what was written:\n" + "\n".join(f"  - {one}" for one in shown),
        todo="keep this database as it is, and compare it with the last backup",
    )

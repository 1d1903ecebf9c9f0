"""Verifies the audit trail against itself, and the records against it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.log.canonical import digest_bytes
from registry.log.chain import Break, breaks
from registry.records import Account, Event, PolicyDocument, Release, ReleaseState, SignOff
from registry.store import events, triggers
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import release_label

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
    yield from _signoff_problems(session)
    yield from _release_problems(session)
    yield from _policy_problems(session)


def _signoff_problems(session: Session) -> Iterator[str]:
    for row in session.exec(select(SignOff)):
        if digest_bytes(bytes(row.statement)) != row.statement_digest:
            yield f"sign-off {row.id}: its statement does not have the stored digest"
        details = _details(session, row.event_seq)
        said = (row.statement_digest, row.role, row.meaning)
        if said != tuple(details.get(key) for key in ("statement", "role", "meaning")):
            yield f"sign-off {row.id}: event {row.event_seq} records another one"
        event, signer = session.get(Event, row.event_seq), session.get(Account, row.account_id)
        if not event or not signer or event.actor != signer.pseudonym:
            yield f"sign-off {row.id}: event {row.event_seq} records another person"


def _release_problems(session: Session) -> Iterator[str]:
    revoked = {details.get("release") for details in _done(session, "revoke")}
    for row in session.exec(select(Release)):
        details = _details(session, row.event_seq)
        said = (row.recipient, row.use, row.expires_on, row.agreement, row.file_digest)
        keys = ("recipient", "use", "expires", "agreement", "file")
        if said != tuple(details.get(key) for key in keys):
            yield f"release {release_label(row)}: event {row.event_seq} records other terms"
        if (row.state == ReleaseState.REVOKED) != (release_label(row) in revoked):
            yield f"release {release_label(row)}: it is {row.state}, and the log says otherwise"


def _policy_problems(session: Session) -> Iterator[str]:
    published = {
        (details.get("policy"), details.get("version")): details.get("digest")
        for details in _done(session, "publish-policy")
    }
    for row in session.exec(select(PolicyDocument)):
        logged = published.get((row.policy_id, row.version))
        if not digest_bytes(bytes(row.body)) == row.digest == logged:
            yield f"policy {row.policy_id} {row.version}: its bytes are not those published"


def _done(session: Session, action: str) -> list[dict[str, object]]:
    """The details of every event of ``action`` that was no refusal, oldest first."""
    query = select(Event.seq).where(Event.action == action).where(Event.outcome == "done")
    return [_details(session, seq) for seq in session.exec(query.order_by(col(Event.seq))).all()]


def _details(session: Session, seq: int) -> dict[str, object]:
    event = session.get(Event, seq)
    if event is None:
        return {}
    try:
        found = json.loads(event.body)["details"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _failure(found: list[str]) -> IntegrityFailure:
    shown = found[:_SHOWN] + ([f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])
    return IntegrityFailure(
        "the audit trail is not what was written:\n" + "\n".join(f"  - {one}" for one in shown),
        todo="keep this database as it is, and compare it with the last backup",
    )

"""Writes messages into the transaction of what they tell of: both are committed, or neither is."""

import json
from collections.abc import Mapping
from typing import Final

from sqlmodel import Session, col, select

from registry.log.canonical import canonical
from registry.log.chain import StoredEvent
from registry.records import Webhook, WebhookDelivery
from registry.workflow.find import row_id

TOLD: Final[Mapping[str, str]] = {
    "request.submitted": "submitted",
    "request.approved": "approved",
    "release.granted": "released",
    "release.revoked": "revoked",
}
"""The kind of message that a fact is told as."""
KINDS: Final = (*TOLD.values(), "denied", "expiring", "budget exhausted")


def tell(session: Session, event: StoredEvent, body: Mapping[str, object]) -> None:
    """Write the message of an event for every webhook that wants it; most events are told none."""
    kind = TOLD.get(str(body["fact"]))
    if kind is None and body["fact"] == "attempt.refused" and body["outcome"] == "denied":
        kind = "denied"
    if kind is not None:
        about = {name: body[name] for name in ("dataset", "request", "action")}
        put(session, kind, f"event {event.seq}", event.at, {"event": event.seq, **about})


def put(session: Session, kind: str, subject: str, at: str, about: Mapping[str, object]) -> None:
    """Write one message for every webhook of that kind that was not told of the subject yet."""
    for hook in session.exec(select(Webhook).where(col(Webhook.removed_at).is_(None))).all():
        if kind in json.loads(hook.kinds) and not _told(session, hook, kind, subject):
            session.add(
                WebhookDelivery(
                    webhook_id=row_id(hook),
                    kind=kind,
                    subject=subject,
                    body=canonical({"kind": kind, "subject": subject, "at": at, **about}),
                    due_at=at,
                    written_at=at,
                )
            )


def _told(session: Session, hook: Webhook, kind: str, subject: str) -> bool:
    return (
        session.exec(
            select(WebhookDelivery.id)
            .where(WebhookDelivery.webhook_id == hook.id)
            .where(WebhookDelivery.kind == kind)
            .where(WebhookDelivery.subject == subject)
        ).first()
        is not None
    )

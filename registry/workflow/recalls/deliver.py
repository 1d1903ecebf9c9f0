"""Delivers notices once the revocation is committed: to a file, and to the recipient's webhook.

Nothing here undoes a revocation. What could not be delivered is recorded as that, and stays
outstanding until somebody acknowledges it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, update

from registry.errors import RegistryError
from registry.records import Delivery, Recall, Recipient, Release, Request
from registry.store.database import reading, writing
from registry.workflow.context import Context, Work
from registry.workflow.find import release_label, request_label, row_id, version_of
from registry.workflow.recalls.issue import recall_label
from registry.workflow.recalls.post import Posted, post
from registry.workflow.recipients import recipient_named
from registry.workflow.webhook_secret import stored_secret
from registry.workflow.webhooks.addresses import require_allowed
from registry.workflow.webhooks.pinned import Place

Post = Callable[[Place, bytes, bytes], Posted]


@dataclass(frozen=True)
class Delivered:
    """Where a notice is now; ``contact`` is whom to tell by hand, ``cause`` why it did not go."""

    recall: str
    release: str
    recipient: str
    notice: str
    delivery: str
    contact: str | None
    cause: str | None


def deliver(
    context: Context, recall_id: int, send: Post = post, *, again: bool = True
) -> Delivered:
    """Write the notice's file, and send it where the recipient has a webhook.

    One that was sent before is sent ``again`` or not.
    """
    with reading(context.engine) as session:
        recall = session.get_one(Recall, recall_id)
        release = session.get_one(Release, recall.release_id)
        recipient = recipient_named(session, release.recipient)
    path, trouble = _write(context, recall_label(release, recall), bytes(recall.notice))
    first = again or recall.attempted_at is None
    sent = _send(context, recipient, bytes(recall.notice), send) if first else None
    if sent is not None:
        _record(context, recall_id, sent)
    with reading(context.engine) as session:
        now = session.get_one(Recall, recall_id)
    # Of this attempt: one that failed does not undo that an earlier one arrived.
    state = now.delivery if sent is None else _state(sent)
    return Delivered(
        recall=recall_label(release, recall),
        release=release_label(release),
        recipient=release.recipient,
        notice=str(path),
        delivery=state,
        contact=recipient.contact if recipient else None,
        cause=(sent.cause if sent else now.cause) or trouble,
    )


def notice_path(context: Context, label: str) -> Path:
    """Where the file of a notice lies."""
    return context.settings.folder / "recalls" / f"{label}.json"


def _write(context: Context, label: str, notice: bytes) -> tuple[Path, str | None]:
    """The notice's file, for its owner alone: it holds the code that acknowledges it."""
    path = notice_path(context, label)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(notice)
        part.replace(path)
    except OSError as error:
        return path, f"the file of the notice cannot be written: {error.strerror}"
    return path, None


def _send(
    context: Context, recipient: Recipient | None, notice: bytes, send: Post
) -> Posted | None:
    if recipient is None or recipient.webhook is None:
        return None
    try:
        # At every attempt: a host that was outside when it was recorded can move inside.
        place = Place(recipient.webhook, require_allowed(context, recipient.webhook))
        secret = stored_secret(context, row_id(recipient))
    except RegistryError as error:
        return Posted(0, error.what)
    return send(place, secret, notice)


def _state(sent: Posted) -> Delivery:
    return Delivery.FAILED if sent.cause else Delivery.DELIVERED


def _record(context: Context, recall_id: int, sent: Posted) -> None:
    with writing(context.engine) as session:
        recall = session.get_one(Recall, recall_id)
        release = session.get_one(Release, recall.release_id)
        request = session.get_one(Request, release.request_id)
        event = Work(context, session).record(
            "recall",
            "recall.failed" if sent.cause else "recall.delivered",
            outcome="failed" if sent.cause else "done",
            dataset=version_of(session, request).label,
            request=request_label(request),
            details={
                "release": release_label(release),
                "number": recall.number,
                "attempts": sent.attempts,
                "cause": sent.cause,
            },
        )
        _mark(session, recall, sent, event.at)


def _mark(session: Session, recall: Recall, sent: Posted, at: str) -> None:
    change = (
        update(Recall)
        .where(col(Recall.id) == row_id(recall))
        .values(delivery=_state(sent), attempted_at=at, cause=sent.cause)
    )
    if sent.cause:
        change = change.where(col(Recall.delivery) != Delivery.DELIVERED)
    session.exec(change)

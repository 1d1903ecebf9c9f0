"""Adds and removes webhooks, and sends what was not taken once more."""

import json
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session

from registry.card import require_word
from registry.errors import Conflict, InvalidInput, NotFound
from registry.records import Webhook, WebhookDelivery
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.webhook_secret import keep_secret
from registry.workflow.webhooks.addresses import require_allowed
from registry.workflow.webhooks.outbox import KINDS

_LABEL = re.compile(r"WH-([1-9][0-9]{0,8})", re.IGNORECASE)


@dataclass(frozen=True)
class Added:
    """A webhook; its secret is shown this once."""

    webhook: str
    url: str
    kinds: tuple[str, ...]
    secret: str = field(repr=False)


def add_webhook(context: Context, url: str, kinds: Collection[str]) -> Added:
    """Tell ``url`` of these kinds, or of all. Raises `NotPermitted` for an address that is private.

    The log holds no address: it may carry a credential of the other side.
    """
    wanted = tuple(one for one in KINDS if one in kinds) if kinds else KINDS
    for kind in kinds:
        require_word("kind", kind, KINDS)
    secret = secrets.token_urlsafe(32)
    with refusals_logged(context, "add-webhook"):
        require(context, "add-webhook")
        require_allowed(context, url)  # before the lock: to look a host up can take long
    with attempt(context, "add-webhook") as work:
        identity = require(context, "add-webhook")
        row = Webhook(
            url=url,
            kinds=json.dumps(wanted),
            added_by=identity.account_id,
            added_at=context.now(),
        )
        work.session.add(row)
        work.session.flush()
        details = {"webhook": label_of(row), "kinds": list(wanted)}
        work.record("add-webhook", "webhook.added", details=details)
        keep_secret(context, row_id(row), secret.encode(), "webhook")
        return Added(label_of(row), url, wanted, secret)


def remove_webhook(context: Context, label: str) -> str:
    """Tell it nothing more; what it was told stays in the list. Returns its label."""
    with attempt(context, "remove-webhook") as work:
        require(context, "remove-webhook")
        row = labelled(work.session, label)
        if row.removed_at is not None:
            raise Conflict(f"{label_of(row)} was removed {row.removed_at}")
        event = work.record("remove-webhook", "webhook.removed", details={"webhook": label_of(row)})
        row.removed_at = event.at
        work.session.add(row)
        return label_of(row)


@once("redeliver")
def redeliver(context: Context, number: int) -> int:
    """Have a message sent once more, whatever became of it; returns its number."""
    with attempt(context, "redeliver") as work:
        require(context, "redeliver")
        row = work.session.get(WebhookDelivery, number)
        if row is None:
            raise NotFound(f"there is no message {number}", todo="`registry webhooks deliveries`")
        if work.session.get_one(Webhook, row.webhook_id).removed_at is not None:
            raise Conflict("its webhook was removed", todo="add it again")
        details = {"webhook": f"WH-{row.webhook_id}", "message": number}
        event = work.record("redeliver", "webhook.redelivered", details=details)
        row.state, row.attempts, row.due_at = "pending", 0, event.at
        work.session.add(row)
        return number


def label_of(row: Webhook) -> str:
    """``WH-3``."""
    return f"WH-{row.id}"


def labelled(session: Session, label: str) -> Webhook:
    """The webhook WH-3; raises `NotFound`."""
    match = _LABEL.fullmatch(label)
    if match is None:
        raise InvalidInput(f"{label!r} is no webhook", expected="WH-1, ...")
    row = session.get(Webhook, int(match[1]))
    if row is None:
        raise NotFound(f"there is no webhook {label}", todo="`registry webhooks list`")
    return row

"""Delivers the messages that are due: by the server as it runs, and by a command."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import col, select, update

from registry.clock import stamp
from registry.errors import RegistryError
from registry.records import Webhook, WebhookDelivery
from registry.store.database import reading, writing
from registry.workflow.context import Context
from registry.workflow.find import row_id
from registry.workflow.webhook_secret import stored_secret
from registry.workflow.webhooks.addresses import require_allowed
from registry.workflow.webhooks.due import write_due
from registry.workflow.webhooks.send import Message, send

MOST: Final = 8
"""Attempts: about an hour, each pause twice the one before."""
PAUSE: Final = timedelta(seconds=30)
LEASE: Final = timedelta(minutes=5)
"""How long a message is one sender's; another takes it up if that one died."""
AT_ONCE: Final = 100
"""Messages of one round."""
Send = Callable[[Message, bytes, int], str | None]


@dataclass(frozen=True)
class Tally:
    """How many messages arrived, and how many did not."""

    delivered: int
    failed: int


def deliver_due(context: Context, post: Send = send) -> Tally:
    """Write what has fallen due by the calendar, and send every message that is due.

    One that is not taken holds back what else waits for its webhook, until the next time: who
    never answers is waited for once, and nobody else waits longer for it.
    """
    write_due(context)
    causes, silent = [], set[int]()
    for _ in range(AT_ONCE):
        if (due := _next(context, silent)) is None:
            break
        number, hook = due
        if _claimed(context, number):
            causes.append(cause := _sent(context, number, post))
            silent |= {hook} if cause else set()
    return Tally(sum(one is None for one in causes), sum(one is not None for one in causes))


def _next(context: Context, silent: Collection[int]) -> tuple[int, int] | None:
    """The first message that is due, and its webhook: none of those that are silent."""
    query = (
        select(WebhookDelivery)
        .where(WebhookDelivery.state == "pending")
        .where(WebhookDelivery.due_at <= context.now())
        .where(col(WebhookDelivery.webhook_id).not_in(silent))
        .order_by(col(WebhookDelivery.id))
        .limit(1)
    )
    with reading(context.engine) as session:
        row = session.exec(query).first()
        return None if row is None else (row_id(row), row.webhook_id)


def _sent(context: Context, number: int, post: Send) -> str | None:
    """The cause of a failure, None where it arrived."""
    with reading(context.engine) as session:
        row = session.get_one(WebhookDelivery, number)
        hook = session.get_one(Webhook, row.webhook_id)
    cause = "the webhook was removed" if hook.removed_at else _posted(context, row, hook, post)
    _record(context, row, cause, final=bool(hook.removed_at))
    return cause


def _claimed(context: Context, number: int) -> bool:
    """Whether the message is this sender's now, and not another's at work beside it."""
    with writing(context.engine) as session:
        changed = session.exec(
            update(WebhookDelivery)
            .where(col(WebhookDelivery.id) == number)
            .where(col(WebhookDelivery.state) == "pending")
            .where(col(WebhookDelivery.due_at) <= context.now())
            .values(due_at=stamp(context.clock() + LEASE))
        )
        return changed.rowcount == 1


def _posted(context: Context, row: WebhookDelivery, hook: Webhook, post: Send) -> str | None:
    try:
        address = require_allowed(context, hook.url)
        secret = stored_secret(context, row_id(hook), "webhook")
    except RegistryError as error:
        return error.what
    message = Message(hook.url, address, row_id(row), bytes(row.body))
    return post(message, secret, int(context.clock().timestamp()))


def _record(context: Context, row: WebhookDelivery, cause: str | None, *, final: bool) -> None:
    attempts = row.attempts + 1
    over = final or attempts >= MOST
    state = "delivered" if cause is None else "failed" if over else "pending"
    with writing(context.engine) as session:
        session.exec(
            update(WebhookDelivery)
            .where(col(WebhookDelivery.id) == row_id(row))
            .values(
                state=state,
                attempts=attempts,
                cause=cause,
                due_at=stamp(context.clock() + PAUSE * 2**row.attempts),
                delivered_at=context.now() if cause is None else row.delivered_at,
            )
        )

"""``/api/v1/webhooks``: other systems that are told of what happens here."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Response
from typing_extensions import TypedDict

from registry.web.api.callers import Body, Changer, OnceChanger
from registry.web.api.handed import Handed, shown_before
from registry.web.api.named import named
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Text
from registry.web.visitor import Person
from registry.workflow.context import Context
from registry.workflow.handed import webhook_added
from registry.workflow.webhooks.listing import deliveries, webhooks
from registry.workflow.webhooks.manage import redeliver, remove_webhook

router = noun("webhooks")
TODO = "remove this webhook and add it again"
Webhook = Annotated[Name, Path(description="WH-1.")]


class WebhookRow(TypedDict):
    """A webhook, without its secret."""

    webhook: str
    url: str
    kinds: list[str]
    state: str
    added_by: str | None
    added_at: str
    removed_at: str | None


class MessageRow(TypedDict):
    """A message, and what became of it."""

    message: int
    webhook: str
    kind: str
    subject: str
    state: str
    attempts: int
    cause: str | None
    written_at: str
    delivered_at: str | None
    due_at: str | None


class Added(Handed):
    """A webhook; its secret is shown this once: a repeat under its idempotency key has none."""

    webhook: str
    url: str
    kinds: list[str]
    secret: str | None


class Wanted(Body):
    """Where messages go, and of which kinds; without any, of all."""

    url: Text
    kinds: tuple[Name, ...] = ()


class Due(TypedDict):
    """A message that is to be sent once more."""

    message: int


@router.get("/webhooks")
def list_webhooks(visitor: Person, page: Paged) -> list[WebhookRow]:
    """The webhooks."""
    return page.of(webhooks(visitor.context))


@router.post("/webhooks", status_code=201)
def add(caller: OnceChanger, response: Response, body: Wanted) -> Added:
    """Tell another system; the secret that signs the messages is shown this once.

    A repeat under the same idempotency key adds no other, and answers without the secret.
    """
    made = webhook_added(caller.context, body.url, body.kinds)
    response.headers["location"] = f"/api/v1/webhooks/{made.name}"
    row = _one(caller.context, made.name)
    answer: Added = {
        "webhook": made.name,
        "url": row["url"],
        "kinds": row["kinds"],
        "secret": made.secret,
    }
    return answer if made.secret else {**answer, **shown_before(TODO)}


@router.get("/webhooks/deliveries")
def list_deliveries(visitor: Person, page: Paged, webhook: Asked = None) -> list[MessageRow]:
    """Messages, the newest first, and what became of each."""
    return page.cut(deliveries(visitor.context, webhook, page.limit + 1, page.offset))


@router.post("/webhooks/deliveries/{message}/redelivery")
def send_again(caller: OnceChanger, message: Annotated[int, Path(ge=1, lt=2**31)]) -> Due:
    """Have a message sent once more, whatever became of it."""
    return {"message": redeliver(caller.context, message)}


@router.get("/webhooks/{webhook}")
def show(visitor: Person, webhook: Webhook) -> WebhookRow:
    """One webhook."""
    return _one(visitor.context, webhook)


@router.delete("/webhooks/{webhook}", dependencies=[Unchanged])
def remove(caller: Changer, webhook: Webhook) -> WebhookRow:
    """Tell it nothing more; what it was told stays in the list."""
    return _one(caller.context, remove_webhook(caller.context, webhook))


def _one(context: Context, label: str) -> WebhookRow:
    rows = webhooks(context)
    return cast("WebhookRow", named(rows, "webhook", label.upper(), "webhook", "WH-1, ..."))

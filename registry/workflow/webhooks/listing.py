"""Webhooks and their messages as lists print them."""

import json

from sqlmodel import col, select

from registry.records import Webhook, WebhookDelivery
from registry.store.database import reading
from registry.workflow.ahead import require_ahead
from registry.workflow.context import Context
from registry.workflow.find import account_name, row_id
from registry.workflow.webhooks.manage import label_of, labelled

Row = dict[str, object]


def webhooks(context: Context) -> list[Row]:
    """Every webhook, without its secret; for those who may add one, for addresses can be secret."""
    require_ahead(context, "list-webhooks")
    with reading(context.engine) as session:
        return [
            {
                "webhook": label_of(row),
                "url": row.url,
                "kinds": json.loads(row.kinds),
                "state": "removed" if row.removed_at else "in use",
                "added_by": account_name(session, row.added_by),
                "added_at": row.added_at,
                "removed_at": row.removed_at,
            }
            for row in session.exec(select(Webhook).order_by(col(Webhook.id))).all()
        ]


def deliveries(
    context: Context, label: str | None = None, limit: int | None = None, offset: int = 0
) -> list[Row]:
    """Messages, the newest first, and what became of each."""
    require_ahead(context, "list-webhooks")
    query = select(WebhookDelivery).order_by(col(WebhookDelivery.id).desc())
    with reading(context.engine) as session:
        if label is not None:
            query = query.where(WebhookDelivery.webhook_id == row_id(labelled(session, label)))
        rows = session.exec(query.limit(limit).offset(offset)).all()
        return [
            {
                "message": row.id,
                "webhook": f"WH-{row.webhook_id}",
                "kind": row.kind,
                "subject": row.subject,
                "state": row.state,
                "attempts": row.attempts,
                "cause": row.cause,
                "written_at": row.written_at,
                "delivered_at": row.delivered_at,
                "due_at": row.due_at if row.state == "pending" else None,
            }
            for row in rows
        ]

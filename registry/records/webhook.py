"""Webhooks: who is told of what, and every message with what became of it."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class Webhook(SQLModel, table=True):
    """``WH-1``: where messages go. ``kinds`` is JSON, the kinds of message it is for.

    Its secret is a file of the registry's folder and in no column.
    """

    id: int | None = Field(default=None, primary_key=True)
    url: str
    kinds: str
    added_by: int = Field(foreign_key="account.id")
    added_at: str
    removed_at: str | None = None


class WebhookDelivery(SQLModel, table=True):
    """One message to one webhook, written in the transaction of what it tells of.

    ``subject`` is what it is about: of each kind a webhook is told once of a subject.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (UniqueConstraint("webhook_id", "kind", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id", index=True)
    kind: str
    subject: str
    body: bytes
    state: str = Field(default="pending", index=True)
    attempts: int = 0
    due_at: str
    written_at: str
    delivered_at: str | None = None
    cause: str | None = None

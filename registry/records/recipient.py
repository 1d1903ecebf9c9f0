"""Recipients: the organisations that data is released to, and how a recall reaches them."""

from sqlmodel import Field, SQLModel


class Recipient(SQLModel, table=True):
    """The log knows ``contact`` and ``webhook`` only by a digest over ``salt`` and the text, so
    that a contact can be erased and yet not be changed behind the log. The secret that signs
    webhooks is in no column: see ``registry.workflow.webhook_secret``.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, index=True)
    contact: str | None = None
    webhook: str | None = None
    salt: str
    added_by: int = Field(foreign_key="account.id")
    added_at: str
    event_seq: int = Field(foreign_key="event.seq")

"""A statement that one person made about something: what each of two signatures has."""

from sqlmodel import Field, SQLModel


class SignedStatement(SQLModel):
    """Columns alone, no table. ``meaning`` is declare or sign.

    ``statement`` holds the exact bytes signed over, ``signature`` the one by the key ``key_id``
    (none in local mode).
    """

    meaning: str
    role: str
    account_id: int = Field(foreign_key="account.id")
    statement: bytes
    statement_digest: str
    authentication: str
    key_id: str | None = None
    signature: bytes | None = None
    signed_at: str
    event_seq: int = Field(foreign_key="event.seq")

"""Deputies: who may sign for whom, from which day to which."""

from sqlmodel import Field, SQLModel


class Deputy(SQLModel, table=True):
    """``D-2``: ``principal_id`` lets ``deputy_id`` sign in their roles on the days ``first`` to
    ``last``, both inclusive and UTC. ``statement`` holds the exact bytes that the principal signed.
    """

    id: int | None = Field(default=None, primary_key=True)
    principal_id: int = Field(foreign_key="account.id", index=True)
    deputy_id: int = Field(foreign_key="account.id", index=True)
    first: str
    last: str
    reason: str
    statement: bytes
    statement_digest: str
    authentication: str
    key_id: str | None = None
    signature: bytes | None = None
    named_at: str
    ended_by: int | None = Field(default=None, foreign_key="account.id")
    ended_at: str | None = None
    ended_reason: str | None = None
    event_seq: int = Field(foreign_key="event.seq")

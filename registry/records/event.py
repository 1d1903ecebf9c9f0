"""The audit log: one past-tense fact a row, appended in the transaction it records."""

from sqlmodel import Field, SQLModel


class Event(SQLModel, table=True):
    """``body`` holds the canonical bytes; the other columns repeat fields of it, for queries, and
    `registry audit verify` checks that they agree. ``actor`` is an account's pseudonym.
    """

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str = Field(index=True)
    actor: str = Field(index=True)
    action: str = Field(index=True)
    outcome: str = Field(index=True)
    dataset: str | None = Field(default=None, index=True)
    request: str | None = Field(default=None, index=True)
    body: bytes
    digest: str

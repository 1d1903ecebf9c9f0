"""Withdrawals: a source, or one synthetic version, is no longer to be used."""

from sqlmodel import Field, SQLModel


class Withdrawal(SQLModel, table=True):
    """Of the source or of the version: exactly one of the two is named."""

    id: int | None = Field(default=None, primary_key=True)
    source_id: int | None = Field(default=None, foreign_key="source.id", unique=True)
    version_id: int | None = Field(default=None, foreign_key="dataset_version.id", unique=True)
    basis: str
    reason: str
    withdrawn_by: int = Field(foreign_key="account.id")
    withdrawn_at: str
    event_seq: int = Field(foreign_key="event.seq")

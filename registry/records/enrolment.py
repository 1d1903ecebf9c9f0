"""Enrolments: one-time codes with which a person sets a password and makes a key."""

from sqlmodel import Field, SQLModel


class Enrolment(SQLModel, table=True):
    """``issued_by`` is the admin who may not approve the key; None for a registry's first admin."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    digest: str = Field(unique=True, index=True)
    issued_by: int | None = Field(default=None, foreign_key="account.id")
    issued_at: str
    expires_at: str
    used_at: str | None = None

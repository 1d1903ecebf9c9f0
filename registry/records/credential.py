"""Credentials: what signs a person in."""

from sqlmodel import Field, SQLModel


class Credential(SQLModel, table=True):
    """One person's second factor, sealed under the password: who opens it knew the password.

    Neither the password nor the secret of the one-time codes is stored in a form that a reader of
    the database could use. ``step`` is the time step of the last code that was accepted.
    """

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    sealed: bytes
    step: int
    failures: int
    locked_until: str | None = None
    changed_at: str

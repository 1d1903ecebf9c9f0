"""Idempotency keys: what a command came to, so that its repeat comes to the same."""

from sqlmodel import Field, SQLModel


class CommandKey(SQLModel, table=True):
    """Written in the transaction of the change. ``arguments`` is a digest of what was asked for,
    ``result`` the canonical JSON of what the command returned, with pseudonyms for names and
    without a secret.
    """

    __tablename__ = "command_key"

    key: str = Field(primary_key=True)
    actor: str
    command: str
    arguments: str
    result: str
    at: str

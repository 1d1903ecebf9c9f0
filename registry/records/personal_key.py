"""Personal keys: what a person signs with, and what became of it."""

from enum import StrEnum

from sqlmodel import Field, SQLModel


class KeyState(StrEnum):
    """Only an active key signs; every other state but pending is an end."""

    PENDING = "pending"
    ACTIVE = "active"
    ROTATED = "rotated"
    REVOKED = "revoked"
    DESTROYED = "destroyed"


class PersonalKey(SQLModel, table=True):
    """An Ed25519 key. ``sealed`` holds its seed under the owner's passphrase, while it is of use;
    ``public`` stays for ever, so that what the key signed can be verified.

    ``compromised_from`` is the time from which its signatures count for nothing.
    """

    __tablename__ = "personal_key"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    key_id: str = Field(unique=True, index=True)
    public: bytes
    sealed: bytes | None = None
    state: str
    made_at: str
    issued_by: int | None = Field(default=None, foreign_key="account.id")
    approved_by: int | None = Field(default=None, foreign_key="account.id")
    valid_from: str | None = None
    valid_until: str | None = None
    reason: str | None = None
    compromised_from: str | None = None
    failures: int
    locked_until: str | None = None

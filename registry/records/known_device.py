"""Devices on which a person signed in before."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class KnownDevice(SQLModel, table=True):
    """A browser, or a user's own folder, that one account signed in with; ``failures`` are those
    since. Known by the digest of a secret that only the device holds.
    """

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    digest: str = Field(index=True)
    failures: int
    used_at: str

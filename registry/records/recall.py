"""Recalls: notices that a release is over, whether they arrived, and what was answered."""

from enum import StrEnum

from sqlmodel import Field, Index, SQLModel, UniqueConstraint


class Delivery(StrEnum):
    """How far a notice has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Recall(SQLModel, table=True):
    """Notice ``number`` on a release. ``notice`` holds the exact bytes that are sent.

    The log knows who acknowledged and on what evidence only by digests over ``salt`` and the text:
    they speak of people.
    """

    __table_args__ = (
        UniqueConstraint("release_id", "number"),
        Index("ix_recall_acknowledged", "acknowledged_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    release_id: int = Field(foreign_key="release.id", index=True)
    number: int
    notice: bytes
    notice_digest: str
    code: str
    salt: str
    issued_by: int = Field(foreign_key="account.id")
    issued_at: str
    delivery: str = Field(default=Delivery.PENDING, index=True)
    attempted_at: str | None = None
    cause: str | None = None
    acknowledged_at: str | None = None
    acknowledged_by: str | None = None
    evidence: str | None = None
    recorded_by: int | None = Field(default=None, foreign_key="account.id")
    event_seq: int = Field(foreign_key="event.seq")

"""Releases: permission in force, to a recipient, until a day."""

from enum import StrEnum

from sqlmodel import Field, Index, SQLModel


class ReleaseState(StrEnum):
    """Stored states; a release past ``expires_on`` is expired whatever is stored."""

    IN_FORCE = "in-force"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class Release(SQLModel, table=True):
    """``REL-4``; ``expires_on`` is an inclusive UTC day. ``agreement_digest`` says which document
    of that name it stands under, ``superseded_by`` is the id of the release that took its place.
    """

    __table_args__ = (
        Index("ix_release_state", "state", "expires_on"),
        Index("ix_release_recipient", "recipient", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", unique=True)
    recipient: str
    use: str
    agreement: str | None = None
    file_digest: str
    state: str = Field(default=ReleaseState.IN_FORCE)
    released_by: int = Field(foreign_key="account.id")
    released_at: str
    expires_on: str
    revoked_by: int | None = Field(default=None, foreign_key="account.id")
    revoked_at: str | None = None
    revoked_reason: str | None = None
    agreement_digest: str | None = None
    superseded_by: int | None = None
    superseded_at: str | None = None
    event_seq: int = Field(foreign_key="event.seq")

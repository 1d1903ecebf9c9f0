"""Requests: one version in one context, put forward for release."""

from enum import StrEnum

from sqlmodel import Field, Index, SQLModel


class RequestState(StrEnum):
    """Where a request stands. All but the first two are final; old signatures stay readable."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RELEASED = "released"
    REJECTED = "rejected"
    RETURNED = "returned"
    LAPSED = "lapsed"
    VOIDED = "voided"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (RequestState.SUBMITTED, RequestState.APPROVED)


class Request(SQLModel, table=True):
    """``R-17``: sign-offs belong to it, not to the version. ``decision_digest`` is what was decided
    at submission and what everybody signs; if it no longer comes out the same, the request is void.
    ``chosen_from`` is JSON, the versions whose results informed the choice of this one.
    """

    __table_args__ = (Index("ix_request_submitter", "submitted_by", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", index=True)
    use: str
    audience: str
    jurisdiction: str | None = None
    state: str = Field(default=RequestState.SUBMITTED, index=True)
    decision_digest: str
    submitted_by: int = Field(foreign_key="account.id")
    submitted_at: str
    approved_at: str | None = None
    closed_at: str | None = None
    closed_reason: str | None = None
    chosen_from: str | None = None

"""Waivers: a named person's exception to one rule of one policy for one version."""

from sqlmodel import Field, Index, SQLModel


class WaiverRecord(SQLModel, table=True):
    """``W-3``; ``until`` is an inclusive UTC day. ``statement`` holds the exact bytes signed over,
    ``signature`` the approver's signature by the key ``key_id`` (none in local mode), ``control``
    what is done instead of keeping the rule, ``owner`` who answers for that.
    """

    __tablename__ = "waiver"
    __table_args__ = (Index("ix_waiver_until", "until"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", index=True)
    policy_id: str
    policy_version: str
    rule: str
    reason: str
    owner: str
    ticket: str | None = None
    control: str
    until: str
    role: str
    statement: bytes
    statement_digest: str
    authentication: str
    key_id: str | None = None
    signature: bytes | None = None
    approved_by: int = Field(foreign_key="account.id")
    approved_at: str
    ended_by: int | None = Field(default=None, foreign_key="account.id")
    ended_at: str | None = None
    ended_reason: str | None = None
    event_seq: int = Field(foreign_key="event.seq")

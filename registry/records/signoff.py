"""Sign-offs: a named person's signature on exactly what was shown."""

from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50 asks that it be printed beside name and time)."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


class SignOff(SQLModel, table=True):
    """One person signs one request once. ``statement`` holds the exact bytes signed over;
    ``authentication`` says how the person proved who they are.
    """

    __tablename__ = "signoff"
    __table_args__ = (UniqueConstraint("request_id", "account_id"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    role: str
    meaning: str
    reason: str | None = None
    statement: bytes
    statement_digest: str
    authentication: str
    signed_at: str
    event_seq: int = Field(foreign_key="event.seq")

"""Sign-offs: a named person's signature on exactly what was shown."""

from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50 asks that it be printed beside name and time).

    Only "approve" counts to a quorum. "retract" takes an earlier signature of the same person back.
    """

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    AUTHOR = "author"
    REVIEW = "review"
    TAKE_RESPONSIBILITY = "take-responsibility"
    RETRACT = "retract"


_STANDING = sa.text("retracted_at IS NULL AND meaning <> 'retract'")


class SignOff(SQLModel, table=True):
    """One person signs one request once in one meaning, until it is retracted.

    ``statement`` holds the exact bytes signed over and ``signature`` the Ed25519 signature over
    them by the key ``key_id``, none in local mode; ``authentication`` says how the person proved
    who they are. ``principal_id`` is whom a deputy signs for, ``retracts`` the sign-off that this
    one takes back.
    """

    __tablename__ = "signoff"
    __table_args__ = (
        sa.Index(
            "ix_signoff_standing",
            "request_id",
            "account_id",
            "meaning",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    principal_id: int | None = Field(default=None, foreign_key="account.id")
    role: str
    meaning: str
    reason: str | None = None
    statement: bytes
    statement_digest: str
    authentication: str
    key_id: str | None = None
    signature: bytes | None = None
    signed_at: str
    retracts: int | None = None
    retracted_at: str | None = None
    event_seq: int = Field(foreign_key="event.seq")

"""Access requests: who wants which data, for what, and what was answered."""

from enum import StrEnum

from sqlmodel import Field, SQLModel


class AccessState(StrEnum):
    """Where an access request stands; all but the first are final."""

    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AccessRequest(SQLModel, table=True):
    """``Q-3``. ``purpose`` and ``answer`` are people's words: the log holds commitments to them
    under ``salt``. ``until`` is the last day on which the data is wanted, UTC.
    """

    __tablename__ = "access_request"

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id", index=True)
    recipient: str
    use: str
    audience: str
    purpose: str
    until: str
    agreement: str | None = None
    salt: str
    asked_by: int = Field(foreign_key="account.id", index=True)
    asked_at: str
    state: str = Field(default=AccessState.ASKED, index=True)
    answer: str | None = None
    ended_by: int | None = Field(default=None, foreign_key="account.id")
    ended_at: str | None = None
    event_seq: int = Field(foreign_key="event.seq")

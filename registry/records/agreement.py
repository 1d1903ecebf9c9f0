"""Agreements: documents under which data is shared, with their parties and their validity."""

from sqlmodel import Field, SQLModel


class Agreement(SQLModel, table=True):
    """``A-3``. Several may bear one ``name``, which is what policies ask for: one for each partner,
    or one that follows another. ``parties`` is a JSON list of names; both days are inclusive;
    ``path`` is the document's place in the object store.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    digest: str
    file_name: str
    path: str
    parties: str
    valid_from: str
    valid_until: str
    added_by: int = Field(foreign_key="account.id")
    added_at: str
    ended_by: int | None = Field(default=None, foreign_key="account.id")
    ended_at: str | None = None
    ended_reason: str | None = None
    event_seq: int = Field(foreign_key="event.seq")

"""Revisions of cards: what a version's card said before and after it was amended."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class CardRevision(SQLModel, table=True):
    """``number`` 1 is the card the version was registered with; it is kept from the first amendment
    on. The newest is also the version's own ``card``.
    """

    __tablename__ = "card_revision"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", index=True)
    number: int
    card: str
    card_digest: str
    reason: str | None = None
    amended_by: int = Field(foreign_key="account.id")
    amended_at: str
    event_seq: int | None = Field(default=None, foreign_key="event.seq")

"""Batches of a source: runs that were fixed together before any of them was made."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class Batch(SQLModel, table=True):
    """A closed list of planned runs, and what they come to together: ``epsilon`` at ``delta``.

    ``runs`` is JSON, a list of ``places`` with the guarantee that is planned for each of them.
    ``library`` is the version of dp-accounting that composed them.
    """

    __tablename__ = "source_batch"
    __table_args__ = (UniqueConstraint("source_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    name: str
    epsilon: float
    delta: float
    library: str
    runs: str
    reason: str
    declared_by: int = Field(foreign_key="account.id")
    declared_at: str
    event_seq: int = Field(foreign_key="event.seq")

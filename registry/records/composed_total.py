"""Composed privacy loss distributions, kept so that one more entry is added in a moment."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class ComposedTotal(SQLModel, table=True):
    """What the entries with the digest ``entries`` compose to, as ``library`` reckoned it.

    Kept for speed alone: another version of the library or other entries make it worthless, no
    gate reads it, and it may be deleted.
    """

    __tablename__ = "composed_total"
    __table_args__ = (UniqueConstraint("source_id", "audience"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    audience: str
    entries: str
    library: str
    body: bytes
    kept_at: str

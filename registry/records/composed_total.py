"""Composed privacy loss distributions, kept so that one more entry is added in a moment."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class ComposedTotal(SQLModel, table=True):
    """The distribution of what was run, or of what an audience received: ``scope`` is which.

    ``body`` says itself which guarantees it covers and what computed it. Kept for speed alone: no
    gate reads it, what it does not cover is computed anew, and it may be deleted.
    """

    __tablename__ = "composed_total"
    __table_args__ = (UniqueConstraint("source_id", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    scope: str
    body: bytes
    kept_at: str

"""Partitions of a source into parts that share no privacy unit."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class Partition(SQLModel, table=True):
    """The parts by the values of ``column``, declared before a card names one of them.

    ``parts`` is JSON, the names in order. That no ``unit`` lies in two of them is what the person
    who declared it answers for.
    """

    __tablename__ = "source_partition"
    __table_args__ = (UniqueConstraint("source_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    name: str
    column: str
    unit: str
    parts: str
    reason: str
    declared_by: int = Field(foreign_key="account.id")
    declared_at: str
    event_seq: int = Field(foreign_key="event.seq")

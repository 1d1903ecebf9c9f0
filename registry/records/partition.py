"""Partitions of a source into parts that share no privacy unit."""

from sqlmodel import Field, SQLModel, UniqueConstraint

from registry.records.signed_statement import SignedStatement


class Partition(SQLModel, table=True):
    """``P-1``: the parts by the values of ``column``, declared before a card names one of them.

    ``parts`` is JSON, the values of every part by its name (of one that a single person declared,
    as older versions let them, the names alone). It holds once a second person has signed it: that
    no ``unit`` lies in two parts is what both of them answer for.
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


class PartitionSignature(SignedStatement, table=True):
    """One of the two signatures on a partition. One person signs once."""

    __tablename__ = "partition_signature"
    __table_args__ = (
        UniqueConstraint("partition_id", "meaning"),
        UniqueConstraint("partition_id", "account_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    partition_id: int = Field(foreign_key="source_partition.id")

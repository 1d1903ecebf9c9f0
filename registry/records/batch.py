"""Batches of a source: runs that were fixed together before any of them was made."""

from sqlmodel import Field, SQLModel, UniqueConstraint

from registry.records.signed_statement import SignedStatement


class Batch(SQLModel, table=True):
    """``BATCH-1``: a closed list of planned runs, and what they come to together.

    That is ``epsilon`` at ``delta``, as the version ``library`` of dp-accounting composed it.
    ``runs`` is JSON, a list of ``places`` with the guarantee that is planned for each of them. It
    holds once a second person has signed it: that all of it was fixed before any run is what both
    of them answer for.
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


class BatchSignature(SignedStatement, table=True):
    """One of the two signatures on a batch. One person signs once."""

    __tablename__ = "batch_signature"
    __table_args__ = (
        UniqueConstraint("batch_id", "meaning"),
        UniqueConstraint("batch_id", "account_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="source_batch.id")

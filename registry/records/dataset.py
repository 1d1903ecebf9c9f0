"""Synthetic datasets and their immutable versions."""

from enum import StrEnum

from sqlmodel import Field, Index, SQLModel, UniqueConstraint


class VersionState(StrEnum):
    """How far a version has come."""

    REGISTERED = "registered"
    EVALUATED = "evaluated"
    WITHDRAWN = "withdrawn"


class Storage(StrEnum):
    """Where the bytes are: copied into the content-addressed store, or left where they were."""

    STORED = "stored"
    REFERENCE = "reference"


class Dataset(SQLModel, table=True):
    """A name, made from one source."""

    __table_args__ = (Index("ix_dataset_source", "source_id"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, index=True)
    source_id: int = Field(foreign_key="source.id")
    created_at: str


class DatasetVersion(SQLModel, table=True):
    """``name@number``: two digests (file bytes, typed content), schema, row count and card.

    ``columns`` is JSON like a source's; ``card`` is the canonical JSON of the dataset card.
    """

    __tablename__ = "dataset_version"
    __table_args__ = (
        UniqueConstraint("dataset_id", "number"),
        Index("ix_dataset_version_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id", index=True)
    number: int
    state: str = Field(default=VersionState.REGISTERED)
    file_digest: str = Field(index=True)
    content_digest: str = Field(unique=True)
    rows: int
    columns: str
    storage: str
    path: str
    card: str
    card_digest: str
    registered_by: int = Field(foreign_key="account.id")
    registered_at: str

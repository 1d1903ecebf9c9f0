"""A real dataset: its description and committed digests, never its rows."""

from enum import StrEnum

from sqlmodel import Field, SQLModel


class SourceState(StrEnum):
    """A draft counts for nothing until a steward confirms it."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Source(SQLModel, table=True):
    """What policies match on (classification, modality) belongs to the source, so that a requester
    cannot choose the policy. ``columns`` is JSON: ``[{"name", "kind", "missing"}, ...]``,
    ``missing`` a share or null where it is suppressed.
    ``holdout_in_training`` is the share of holdout rows identical to a training row, to be read
    beside ``training_twins``, the share of training rows with an identical other training row.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, index=True)
    title: str
    classification: str
    modality: str
    state: str = Field(default=SourceState.DRAFT)
    columns: str
    training_rows: int
    training_file_digest: str
    training_content_digest: str
    holdout_rows: int
    holdout_file_digest: str
    holdout_content_digest: str
    holdout_in_training: float
    training_twins: float
    added_by: int = Field(foreign_key="account.id")
    added_at: str
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: str | None = None

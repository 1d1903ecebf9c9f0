"""Audits of a claimed epsilon: planned before any score is known, and what their scores showed."""

from sqlmodel import Field, SQLModel


class DpAudit(SQLModel, table=True):
    """``AUD-3``. ``design`` is the canonical JSON of the plan's numbers with the privacy unit and
    the neighbouring relation claimed, ``epsilon`` and ``delta`` the claim as it stood then. What
    follows ``event_seq`` is empty until scores are submitted; ``counts`` is a JSON list, all that
    the bound depends on.
    """

    __tablename__ = "dp_audit"

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", index=True)
    content_digest: str
    generator: str
    epsilon: float
    delta: float
    method: str
    design: str
    alpha: float
    note: str
    planned_by: int = Field(foreign_key="account.id")
    planned_at: str
    event_seq: int = Field(foreign_key="event.seq")
    scores_digest: str | None = None
    counts: str | None = None
    bound: float | None = None
    verdict: str | None = None
    submitted_by: int | None = Field(default=None, foreign_key="account.id")
    submitted_at: str | None = None

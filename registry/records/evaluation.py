"""Evaluations and their measurements."""

from sqlmodel import BigInteger, Field, SQLModel, UniqueConstraint


class Evaluation(SQLModel, table=True):
    """One run over one version. ``digest`` covers inputs, seed, every measurement and what is
    drawn, not the time it took. ``histograms`` and ``figures`` are JSON, suppressed below the
    minimum cell before they were stored; what was evaluated before there were figures has none, and
    its digest covers no histogram. ``confirmed_at`` is when a run last gave these very results.
    ``kinds`` is JSON, the type of each column; ``run`` identifies what was asked for: a repeat is
    served from the record.
    """

    __table_args__ = (UniqueConstraint("version_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", index=True)
    digest: str
    seed: int = Field(sa_type=BigInteger)
    admissible: bool
    target: str | None = None
    training_digest: str
    holdout_digest: str
    synthetic_digest: str
    histograms: str
    evaluated_by: int = Field(foreign_key="account.id")
    evaluated_at: str
    confirmed_at: str
    seconds: float
    profile: str | None = None
    kinds: str | None = None
    run: str | None = Field(default=None, index=True)
    figures: str | None = None


class Measurement(SQLModel, table=True):
    """One metric result, or "not-measurable" with its cause.

    ``scope``, ``parameters`` and ``versions`` are JSON text.
    """

    __table_args__ = (UniqueConstraint("evaluation_id", "metric", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    metric: str
    definition: int
    scope: str
    status: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    interval: str
    n: int | None = None
    direction: str
    unit: str
    parameters: str
    seed: int = Field(sa_type=BigInteger)
    versions: str
    cause: str | None = None
    seconds: float

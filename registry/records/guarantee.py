"""A differential privacy claim about a version. What it says is claimed, not verified."""

from sqlmodel import Field, Index, SQLModel


class Guarantee(SQLModel, table=True):
    """The typed fields of the claim.

    ``components`` and ``renyi`` are JSON: a list of parts, and one of orders with their epsilons.
    """

    __table_args__ = (Index("ix_guarantee_epsilon", "epsilon", "version_id"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", unique=True)
    variant: str
    epsilon: float | None = None
    delta: float | None = None
    rho: float | None = None
    renyi: str | None = None
    mechanism: str
    mechanism_detail: str | None = None
    noise: float | None = None
    sensitivity: float | None = None
    sampling: float | None = None
    steps: int | None = None
    privacy_unit: str
    neighbouring_relation: str
    accountant: str | None = None
    accountant_version: str | None = None
    contributions: int | None = None
    adaptive: bool | None = None
    partition: str | None = None
    batch: str | None = None
    tuning_accounted: bool | None = None
    preprocessing_accounted: bool | None = None
    components: str
    justification: str | None = None

"""Budgets: what a source may expose to an audience, declared by one and signed by another."""

from sqlmodel import Field, SQLModel, UniqueConstraint

from registry.records.signed_statement import SignedStatement


class Budget(SQLModel, table=True):
    """``B-1``: nothing of it ever changes; a change is a new budget that ``supersedes`` it.

    It is in force once a second person has signed it. ``first`` and ``last`` are inclusive UTC
    days; ``method`` is how the gate adds up (basic, or a zCDP or Renyi filter fixed with the
    declaration), ``order`` the Renyi order of such a filter.
    """

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    audience: str
    epsilon: float
    delta: float
    unit: str
    relation: str
    method: str
    order: float | None = None
    first: str | None = None
    last: str | None = None
    reason: str
    supersedes: int | None = None


class BudgetSignature(SignedStatement, table=True):
    """One of the two signatures on a budget. One person signs once."""

    __tablename__ = "budget_signature"
    __table_args__ = (
        UniqueConstraint("budget_id", "meaning"),
        UniqueConstraint("budget_id", "account_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    budget_id: int = Field(foreign_key="budget.id")

"""Budgets: what a source may expose to an audience, declared by one and signed by another."""

from sqlmodel import Field, SQLModel, UniqueConstraint


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


class BudgetSignature(SQLModel, table=True):
    """One of the two signatures on a budget; ``meaning`` is declare or sign.

    ``statement`` holds the exact bytes signed over, ``signature`` the one by the key ``key_id``
    (none in local mode). One person signs once.
    """

    __tablename__ = "budget_signature"
    __table_args__ = (
        UniqueConstraint("budget_id", "meaning"),
        UniqueConstraint("budget_id", "account_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    budget_id: int = Field(foreign_key="budget.id")
    meaning: str
    role: str
    account_id: int = Field(foreign_key="account.id")
    statement: bytes
    statement_digest: str
    authentication: str
    key_id: str | None = None
    signature: bytes | None = None
    signed_at: str
    event_seq: int = Field(foreign_key="event.seq")

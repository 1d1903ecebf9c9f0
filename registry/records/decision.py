"""Decisions: what the policies said of a version in a context, on the evidence then known."""

from sqlmodel import Field, Index, SQLModel


class DecisionRecord(SQLModel, table=True):
    """``body`` is the whole decision as canonical JSON, findings with margins included.

    ``request_id`` is None where nobody had put the version forward (a check, a refused submission).
    ``policies`` are the ids in ``body`` by which it was decided, for searches: few words, of which
    there are few.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_audience", "audience", "outcome", "version_id"),
        Index("ix_decision_policies", "policies", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", index=True)
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    use: str
    audience: str
    jurisdiction: str | None = None
    digest: str = Field(index=True)
    outcome: str
    body: str
    policies: str
    decided_at: str

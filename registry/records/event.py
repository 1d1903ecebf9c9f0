"""The audit log: one past-tense fact a row, appended in the transaction it records."""

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from registry.records.told import (
    SIGNED,
    FactTold,
    NamedPolicy,
    NamedRelease,
    NamedSource,
    SourceTold,
)


class Event(SQLModel, table=True):
    """``body`` holds the canonical bytes; the other columns repeat fields of it, for queries, and
    `registry audit verify` checks that they agree. ``actor`` is an account's pseudonym. The indexes
    give the pages of a question in their order: by number, and by time where a time is asked for;
    the budgets that were signed for a source, which every check asks for; and what an event tells
    of, which an auditor asks for.
    """

    __table_args__ = (
        Index("ix_event_at", "at", "seq"),
        Index("ix_event_actor", "actor", "seq"),
        Index("ix_event_actor_at", "actor", "at", "seq"),
        Index("ix_event_actor_action", "actor", "action", "seq"),
        Index("ix_event_dataset", "dataset", "seq"),
        Index("ix_event_dataset_at", "dataset", "at", "seq"),
        Index("ix_event_dataset_action", "dataset", "action", "outcome", "seq"),
        Index("ix_event_action_at", "action", "at", "seq"),
        Index("ix_event_outcome_at", "outcome", "at", "seq"),
        Index(
            "ix_event_signed_source",
            SourceTold(sa.column("body")),
            postgresql_where=sa.text(SIGNED),
            sqlite_where=sa.text(SIGNED),
        ),
        Index("ix_event_fact", FactTold(sa.column("body")), sa.column("seq")),
        Index("ix_event_fact_at", FactTold(sa.column("body")), sa.column("at"), sa.column("seq")),
        Index("ix_event_source", NamedSource(sa.column("body"))),
        Index("ix_event_release", NamedRelease(sa.column("body"))),
        Index("ix_event_policy", NamedPolicy(sa.column("body"))),
    )

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str
    actor: str
    action: str = Field(index=True)
    outcome: str = Field(index=True)
    dataset: str | None = None
    request: str | None = Field(default=None, index=True)
    body: bytes
    digest: str

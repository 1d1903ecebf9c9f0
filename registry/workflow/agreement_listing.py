"""Agreements as lists and single views print them."""

from sqlmodel import Session, col, select

from registry.records import Agreement, Release
from registry.store.database import reading
from registry.workflow.agreements import (
    IN_FORCE,
    agreement_label,
    agreement_labelled,
    parties_of,
    state_of,
)
from registry.workflow.context import Context
from registry.workflow.find import account_name, release_label

Row = dict[str, object]


def agreements(context: Context, *, every: bool = False) -> list[Row]:
    """Agreements in force, or ``every`` one, those that end first at the top."""
    with reading(context.engine) as session:
        rows = [_row(context, session, row) for row in session.exec(select(Agreement)).all()]
    kept = [row for row in rows if every or row["state"] == IN_FORCE]
    return sorted(kept, key=lambda row: (str(row["until"]), str(row["agreement"])))


def agreement(context: Context, label: str) -> Row:
    """One agreement, its document, and the releases that stand under it."""
    with reading(context.engine) as session:
        row = agreement_labelled(context, session, label)
        under = session.exec(
            select(Release)
            .where(Release.agreement == row.name)
            .where(Release.agreement_digest == row.digest)
            .order_by(col(Release.id))
        )
        return {
            **_row(context, session, row),
            "digest": row.digest,
            "file": str(context.objects / row.path),
            "file_name": row.file_name,
            "added_at": row.added_at,
            "ended_by": account_name(session, row.ended_by),
            "ended_at": row.ended_at,
            "ended_reason": row.ended_reason,
            "releases": [release_label(one) for one in under],
        }


def _row(context: Context, session: Session, row: Agreement) -> Row:
    return {
        "agreement": agreement_label(row),
        "name": row.name,
        "parties": parties_of(row),
        "from": row.valid_from,
        "until": row.valid_until,
        "state": state_of(row, context.clock()),
        "added_by": account_name(session, row.added_by),
    }

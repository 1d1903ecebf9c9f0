"""Audits as single views and lists print them, and what they say of a version's claim today."""

import json
from collections.abc import Iterator

from sqlmodel import Session

from registry.ledger.contradiction import CONTRADICTED, NOT_CONTRADICTED
from registry.ledger.wording import as_it_is, left_over
from registry.records import DatasetVersion, DpAudit
from registry.store.database import reading
from registry.workflow.budgets.ledger import claim_in
from registry.workflow.context import Context
from registry.workflow.dp_audits.design import plan_in
from registry.workflow.dp_audits.find import (
    audit_label,
    audit_labelled,
    audits_of,
    is_audit_label,
)
from registry.workflow.dp_audits.scores import HEADING
from registry.workflow.dp_audits.told import shown_of
from registry.workflow.dp_audits.worlds import sentence
from registry.workflow.find import Found, account_name, around, version_labelled

Row = dict[str, object]
COLUMNS = ("audit", "version", "method", "claim", "verdict", "at_least", "up_to", "planned_at")
PLANNED = "no scores yet"
NOT_AUDITED = "not audited"


def audits(context: Context, label: str) -> list[Row]:
    """AUD-1 alone, or every audit of NAME@V, the oldest first; those without scores too."""
    with reading(context.engine) as session:
        if is_audit_label(label):
            rows = [audit_labelled(session, label)]
        else:
            rows = audits_of(session, version_labelled(session, label))
        return [_row(session, row) for row in rows]


def audit(context: Context, label: str) -> Row:
    """One audit, by its own label."""
    (found,) = audits(context, label)
    return found


def audited(session: Session, row: DpAudit) -> Found:
    """The version that an audit is of."""
    return around(session, session.get_one(DatasetVersion, row.version_id))


def standing(session: Session, found: Found) -> str:
    """CONTRADICTED, not contradicted or not audited: a version's claim as its card states it now.

    The same as policies read: every audit's scores are held against the claim anew.
    """
    said = shown_of(session, found.label, claim_in(found.version.card))
    if said is None:
        return NOT_AUDITED
    return CONTRADICTED if said.contradicting else NOT_CONTRADICTED


def sentences(session: Session, found: Found) -> list[str]:
    """Each audit of a version on a line."""
    return [" ".join(_said(session, row)) for row in audits_of(session, found)]


def _said(session: Session, row: DpAudit) -> Iterator[str]:
    yield f"{audit_label(row)}, {row.method}:"
    claimed = f"epsilon {as_it_is(row.epsilon)}"
    if row.bound is None:
        yield f"{PLANNED}, planned {row.planned_at} on {claimed}"
    elif row.verdict == CONTRADICTED:
        least = f"epsilon is at least {left_over(row.bound)}"
        yield f"{CONTRADICTED}, {least} where {claimed} is claimed"
    else:
        most = left_over(_most(session, row))
        yield f"{NOT_CONTRADICTED} at {claimed}; it could have shown up to {most}"


def _most(session: Session, row: DpAudit) -> float:
    return plan_in(session, row).greatest(row.delta)


def _row(session: Session, row: DpAudit) -> Row:
    return {
        "audit": audit_label(row),
        "version": audited(session, row).label,
        "method": row.method,
        "verdict": row.verdict or PLANNED,
        "at_least": None if row.bound is None else left_over(row.bound),
        "up_to": left_over(_most(session, row)),
        "claim": _claim(row),
        "generator": row.generator,
        "design": json.loads(row.design),
        "scores_of": sentence(json.loads(row.design)),
        "alpha": row.alpha,
        "level": plan_in(session, row).alpha,
        "note": row.note,
        "planned_by": account_name(session, row.planned_by),
        "planned_at": row.planned_at,
        "first_line": f"{HEADING}{row.content_digest}",
        "scores": row.scores_digest,
        "counts": None if row.counts is None else json.loads(row.counts),
        "submitted_by": account_name(session, row.submitted_by),
        "submitted_at": row.submitted_at,
    }


def _claim(row: DpAudit) -> str:
    delta = f", delta {as_it_is(row.delta)}" if row.delta else ""
    return f"epsilon {as_it_is(row.epsilon)}{delta}"

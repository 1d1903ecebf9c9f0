"""Audits as single views and lists print them, and what they say of a version's claim today."""

import json
from collections.abc import Iterator

from sqlmodel import Session

from registry.ledger.contradiction import CONTRADICTED, NOT_CONTRADICTED, verdict
from registry.ledger.wording import as_it_is, left_over
from registry.records import DatasetVersion, DpAudit
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.dp_audits.design import plan_in
from registry.workflow.dp_audits.find import (
    audit_label,
    audit_labelled,
    audits_of,
    claims_of,
    is_audit_label,
)
from registry.workflow.dp_audits.scores import HEADING
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


def audited(session: Session, row: DpAudit) -> Found:
    """The version that an audit is of."""
    return around(session, session.get_one(DatasetVersion, row.version_id))


def standing(session: Session, found: Found) -> str:
    """CONTRADICTED, not contradicted or not audited: a version's claim as its card states it now.

    Every audit's scores are held against it anew: amending the claim neither clears the flag nor
    earns one, and a claim in other terms, or none, is no way out of it.
    """
    said = [row for row in audits_of(session, found) if row.counts is not None]
    if not said:
        return NOT_AUDITED
    refuted = any(_refuted(row, found.version) for row in said)
    return CONTRADICTED if refuted else NOT_CONTRADICTED


def _refuted(row: DpAudit, version: DatasetVersion) -> bool:
    claims = claims_of(version, row.delta)
    if not claims:
        return row.verdict == CONTRADICTED
    plan, counts = plan_in(row), json.loads(row.counts or "[]")
    return any(
        verdict(plan.bound(counts, one.delta), one.epsilon) == CONTRADICTED for one in claims
    )


def sentences(session: Session, found: Found) -> list[str]:
    """Each audit of a version on a line."""
    return [" ".join(_said(row)) for row in audits_of(session, found)]


def _said(row: DpAudit) -> Iterator[str]:
    yield f"{audit_label(row)}, {row.method}:"
    claimed = f"epsilon {as_it_is(row.epsilon)}"
    if row.bound is None:
        yield f"{PLANNED}, planned {row.planned_at} on {claimed}"
    elif row.verdict == CONTRADICTED:
        least = f"epsilon is at least {left_over(row.bound)}"
        yield f"{CONTRADICTED}, {least} where {claimed} is claimed"
    else:
        yield f"{NOT_CONTRADICTED} at {claimed}; it could have shown up to {left_over(_most(row))}"


def _most(row: DpAudit) -> float:
    return plan_in(row).greatest(row.delta)


def _row(session: Session, row: DpAudit) -> Row:
    return {
        "audit": audit_label(row),
        "version": audited(session, row).label,
        "method": row.method,
        "verdict": row.verdict or PLANNED,
        "at_least": None if row.bound is None else left_over(row.bound),
        "up_to": left_over(_most(row)),
        "claim": _claim(row),
        "generator": row.generator,
        "design": json.loads(row.design),
        "scores_of": sentence(json.loads(row.design)),
        "alpha": row.alpha,
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

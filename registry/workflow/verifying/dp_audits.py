"""Compares audits of a claim with the log: what was planned, and what its scores showed."""

import json
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.records import DpAudit
from registry.workflow.dp_audits.find import audit_label
from registry.workflow.dp_audits.listing import audited
from registry.workflow.verifying.told import Log, differences, pseudonym

_PLANNED = ("content", "generator", "epsilon", "delta", "method", "design", "alpha", "note")
_SHOWN = ("scores", "counts", "bound", "verdict")


def dp_audit_problems(session: Session, log: Log) -> Iterator[str]:
    """Every audit that is not what its events say."""
    submitted = {
        one.details.get("audit"): (_told(one.details, _SHOWN), one.at, one.actor)
        for one in log
        if one.fact == "dp-audit.submitted"
    }
    plans = {
        one.details["audit"]: one.details["plan"]
        for one in log
        if one.fact == "dp-audit.submitted" and "plan" in one.details
    }
    stored: dict[object, object] = {}
    for row in session.exec(select(DpAudit)):
        stored[row.event_seq] = (*_plan(row), _by(session, row), audited(session, row).label)
        if _result(session, row) != submitted.get(audit_label(row), ((None,) * 4, None, None)):
            yield f"dp-audit {audit_label(row)}: its result is not what the log records"
        if plans.get(audit_label(row), row.event_seq) != row.event_seq:
            yield f"dp-audit {audit_label(row)}: the log records its scores of another plan"
    told: dict[object, object] = {
        one.seq: (*_told(one.details, _PLANNED), (one.at, one.actor), one.dataset)
        for one in log
        if one.fact == "dp-audit.planned"
    }
    yield from differences("dp-audit of event", stored, told)


def _told(details: object, keys: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(details.get(key) for key in keys) if isinstance(details, dict) else ()


def _plan(row: DpAudit) -> tuple[object, ...]:
    first = (row.content_digest, row.generator, row.epsilon, row.delta, row.method)
    return (*first, json.loads(row.design), row.alpha, row.note)


def _by(session: Session, row: DpAudit) -> tuple[str, str | None]:
    return row.planned_at, pseudonym(session, row.planned_by)


def _result(session: Session, row: DpAudit) -> tuple[object, ...]:
    counts = None if row.counts is None else json.loads(row.counts)
    shown = (row.scores_digest, counts, row.bound, row.verdict)
    return shown, row.submitted_at, pseudonym(session, row.submitted_by)

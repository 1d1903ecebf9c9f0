"""Keeps decisions beside the versions they are about."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from registry.log.canonical import canonical, digest_bytes
from registry.policy.body import decision_body
from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.records import DecisionRecord, Request
from registry.workflow.context import Work
from registry.workflow.find import Found, row_id

OUTCOMES = {"allow": "done", "deny": "denied", "undecided": "undecided"}
"""How an event about a decision ends."""


def keep(
    work: Work, found: Found, wanted: Wanted, decision: Decision, request: Request | None = None
) -> None:
    """Store the whole decision, unless the last one in this context was the same."""
    request_id = row_id(request) if request else None
    last = latest(work.session, found, wanted)
    if last and (last.digest, last.request_id) == (decision.digest, request_id):
        return
    body = decision_body(decision)
    work.session.add(
        DecisionRecord(
            version_id=row_id(found.version),
            request_id=request_id,
            use=wanted.use,
            audience=wanted.audience,
            jurisdiction=wanted.jurisdiction,
            digest=decision.digest,
            outcome=decision.outcome,
            body=canonical(body).decode(),
            policies=policies_in(body),
            decided_at=work.context.now(),
        )
    )


def policies_in(body: Mapping[str, Any]) -> str:
    """The ids of the policies by which a decision was made, in order, with spaces between."""
    return " ".join(sorted({str(one["id"]) for one in body["policies"]}))


def latest(session: Session, found: Found, wanted: Wanted) -> DecisionRecord | None:
    """The newest decision on a version in one context."""
    return session.exec(
        select(DecisionRecord)
        .where(DecisionRecord.version_id == row_id(found.version))
        .where(DecisionRecord.use == wanted.use)
        .where(DecisionRecord.audience == wanted.audience)
        .where(DecisionRecord.jurisdiction == wanted.jurisdiction)
        .order_by(col(DecisionRecord.id).desc())
    ).first()


def submitted_with(session: Session, request: Request) -> str | None:
    """The decision that a request was submitted with, whole, as it is stored."""
    return session.exec(
        select(DecisionRecord.body)
        .where(DecisionRecord.request_id == row_id(request))
        .order_by(col(DecisionRecord.id))
    ).first()


def body_digest(session: Session, request: Request) -> str | None:
    """The digest of that text, which the log holds and every signature covers."""
    body = submitted_with(session, request)
    return None if body is None else digest_bytes(body.encode())


def described(wanted: Wanted, decision: Decision) -> dict[str, object]:
    """The details of an event about a decision."""
    failed = (finding.rule for finding in decision.findings if finding.blocks)
    return {
        "use": wanted.use,
        "audience": wanted.audience,
        "jurisdiction": wanted.jurisdiction,
        "decision": decision.digest,
        "failed": list(dict.fromkeys(failed)),
    }


def chosen(wanted: Wanted) -> dict[str, object]:
    """The versions that informed the choice: their release is charged for as well."""
    return {"chosenFrom": sorted(wanted.chosen_from)} if wanted.chosen_from else {}

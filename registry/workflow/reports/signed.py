"""What was decided, signed and released of a version, as documents say it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from registry.policy.engine import Decision, Finding, PolicyRef
from registry.policy.facts import Context as Wanted
from registry.records import DecisionRecord, Release, Request, SignOff
from registry.reports.facts import DecisionFacts, ReleaseFacts, SignOffFacts
from registry.workflow.context import Context
from registry.workflow.find import Found, account_name, release_label, request_label, row_id
from registry.workflow.gate import inquiry_again
from registry.workflow.quorum import signoffs_on
from registry.workflow.release_rows import release_state
from registry.workflow.reports.estimates import measured_behind

UNKNOWN = "an unknown account"


def decisions_of(context: Context, session: Session, found: Found) -> tuple[DecisionFacts, ...]:
    """In each context the newest decision on a request, for it is what people signed, and after
    it what comes out now where that is another; contexts in the order in which they came up.
    """
    rows = session.exec(
        select(DecisionRecord)
        .where(DecisionRecord.version_id == row_id(found.version))
        .order_by(col(DecisionRecord.id))
    )
    newest: dict[Wanted, DecisionRecord] = {}
    for row in rows:
        wanted = Wanted(row.use, row.audience, row.jurisdiction)
        if wanted not in newest or row.request_id or not newest[wanted].request_id:
            newest[wanted] = row
    shown: list[DecisionFacts] = []
    for wanted, row in newest.items():
        now = inquiry_again(context, session, found, wanted).decided()
        if row.request_id or now.digest == row.digest:
            shown.append(recorded(session, row, wanted))
        if now.digest != row.digest:
            shown.append(decided(session, found, wanted, now, context.now()))
    return tuple(shown)


def recorded(session: Session, row: DecisionRecord, wanted: Wanted) -> DecisionFacts:
    """A decision as it was recorded."""
    body = json.loads(row.body)
    findings = tuple(_finding(finding) for finding in body["findings"])
    request = session.get(Request, row.request_id) if row.request_id else None
    return DecisionFacts(
        request=request_label(request) if request else None,
        state=request.state if request else None,
        use=wanted.use,
        audience=wanted.audience,
        jurisdiction=wanted.jurisdiction,
        outcome=row.outcome,
        digest=row.digest,
        at=row.decided_at,
        policies=tuple(PolicyRef(**policy) for policy in body["policies"]),
        findings=findings,
        measured=measured_behind(session, row.version_id, findings),
    )


def decided(
    session: Session, found: Found, wanted: Wanted, decision: Decision, at: str
) -> DecisionFacts:
    """A decision as it comes out now."""
    return DecisionFacts(
        request=None,
        state=None,
        use=wanted.use,
        audience=wanted.audience,
        jurisdiction=wanted.jurisdiction,
        outcome=decision.outcome,
        digest=decision.digest,
        at=at,
        policies=decision.policies,
        findings=decision.findings,
        measured=measured_behind(session, row_id(found.version), decision.findings),
    )


def _finding(body: dict[str, Any]) -> Finding:
    """A finding as it was stored; those of before levels and waivers were all enforced."""
    known = {"origin": None, "level": "enforce", "verdict": body["outcome"], **body}
    refs = {
        name: PolicyRef(**known[name]) if known[name] else None for name in ("policy", "origin")
    }
    numbers = {name: _number(known[name]) for name in ("observed", "margin")}
    said = known.pop("message")
    return Finding(**{**known, **refs, **numbers, "scope": tuple(known["scope"]), "said": said})


def _number(stored: str | float | None) -> str | float | None:
    """What is without bound was stored as a word, for JSON has no such number."""
    return float(stored) if isinstance(stored, str) and stored in ("inf", "-inf") else stored


def signoffs_of(session: Session, requests: Sequence[Request]) -> tuple[SignOffFacts, ...]:
    """Every sign-off on the requests, those taken back included and named so."""
    return tuple(
        SignOffFacts(
            request=request_label(request),
            name=_signer(session, row),
            role=row.role,
            meaning=f"{row.meaning} (retracted)" if row.retracted_at else row.meaning,
            reason=row.reason,
            at=row.signed_at,
            authentication=row.authentication,
        )
        for request in requests
        for row in signoffs_on(session, request)
    )


def _signer(session: Session, row: SignOff) -> str:
    """The printed name: ``stella for stefan`` where a deputy signed."""
    name = account_name(session, row.account_id) or UNKNOWN
    principal = account_name(session, row.principal_id)
    return f"{name} for {principal}" if principal else name


def releases_of(
    context: Context, session: Session, requests: Sequence[Request]
) -> tuple[ReleaseFacts, ...]:
    """Every release that came of the requests, as it stands now."""
    by_id = {row_id(request): request for request in requests}
    rows = session.exec(
        select(Release).where(col(Release.request_id).in_(by_id)).order_by(col(Release.id))
    )
    return tuple(
        ReleaseFacts(
            id=release_label(row),
            request=request_label(by_id[row.request_id]),
            recipient=row.recipient,
            use=row.use,
            audience=by_id[row.request_id].audience,
            state=release_state(context, row),
            released_at=row.released_at,
            released_by=account_name(session, row.released_by) or UNKNOWN,
            expires_on=row.expires_on,
        )
        for row in rows
    )

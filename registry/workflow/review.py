"""What a reviewer is shown: exactly what a signature would cover, and who signed before."""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session

from registry.clock import moment
from registry.records import Meaning, Request, RequestState, SignOff
from registry.store.database import reading
from registry.workflow.approval import expiry
from registry.workflow.changed import decide_again
from registry.workflow.context import Context
from registry.workflow.decisions import submitted_with
from registry.workflow.find import (
    account_name,
    request_label,
    request_labelled,
    version_of,
)
from registry.workflow.quorum import Needed, holds_until, seats_left, signoffs_on
from registry.workflow.signature_check import distrusted
from registry.workflow.statement import under_review

CHANGED = "no: it changed since submission and can only be void"
_SHOWN = ("rule", "outcome", "observed", "expected", "margin", "waiver", "message")


def review(context: Context, label: str) -> dict[str, object]:
    """The statement under review of R-17, whether it still stands, and its sign-offs."""
    with reading(context.engine) as session:
        request = request_labelled(session, label)
        found = version_of(session, request)
        decision = decide_again(context, session, found, request)
        shown = under_review(session, found, request, decision)
        body = json.loads(submitted_with(session, request) or "{}")
        needed, now = Needed.stored(body, distrusted(session)), context.clock()
        rows = signoffs_on(session, request)
        stands = decision.digest == request.decision_digest
        return {
            "request": request_label(request),
            "state": request.state,
            "stands": stands if stands else CHANGED,
            **{key: value for key, value in shown.items() if key != "request"},
            "submitted by": account_name(session, request.submitted_by),
            "submitted at": request.submitted_at,
            "age in days": age(request.submitted_at, now),
            **_approval(request, rows, needed, now),
            "signatures": "required" if needed.signatures else "optional",
            "still needed": seats_left(rows, needed, now),
            "findings": [{key: one.get(key) for key in _SHOWN} for one in _findings(body)],
            "signoffs": signoffs(session, rows, needed, now),
        }


def _findings(body: Mapping[str, object]) -> Iterable[Mapping[str, object]]:
    found = body.get("findings", [])
    return found if isinstance(found, list) else []


def _approval(
    request: Request, rows: Iterable[SignOff], needed: Needed, now: datetime
) -> dict[str, object]:
    if request.approved_at is None:
        return {}
    held = expiry(rows, request, needed)
    over = request.state == RequestState.APPROVED and held.lapsed(now)
    return {
        "approved at": request.approved_at,
        "approval expires": held.expires,
        **({"lapsed": over} if over else {}),
    }


def age(at: str, now: datetime) -> int:
    """Whole days since ``at``."""
    return (now - moment(at)).days


def signoffs(
    session: Session, rows: Iterable[SignOff], needed: Needed, now: datetime
) -> list[dict[str, object]]:
    """Every signature on the request: printed name, role, UTC time and meaning."""
    return [_signoff(session, row, needed, now) for row in rows]


def _signoff(session: Session, row: SignOff, needed: Needed, now: datetime) -> dict[str, object]:
    principal = account_name(session, row.principal_id)
    until = holds_until(row.signed_at, needed) if row.meaning == Meaning.APPROVE else None
    return {
        "name": account_name(session, row.account_id),
        "for": principal,
        "role": row.role,
        "meaning": row.meaning,
        "at": row.signed_at,
        "age in days": age(row.signed_at, now),
        "expires": until.isoformat() if until else None,
        "retracted at": row.retracted_at,
        "authentication": row.authentication,
        "reason": row.reason,
        "statement": row.statement_digest,
        "key": row.key_id,
        "signature": base64.b64encode(row.signature).decode() if row.signature else None,
    }

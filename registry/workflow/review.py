"""What a reviewer is shown: exactly what a signature would cover, and who signed before."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.clock import moment, stamp
from registry.errors import IntegrityFailure
from registry.log.canonical import digest_bytes
from registry.policy.engine import Decision
from registry.records import OPEN_STATES, Meaning, Request, RequestState, SignOff
from registry.store.database import reading
from registry.workflow.approval import expiry
from registry.workflow.changed import decide_again
from registry.workflow.context import Context
from registry.workflow.decisions import submitted_with
from registry.workflow.find import (
    Found,
    account_name,
    request_label,
    request_labelled,
    version_of,
)
from registry.workflow.quorum import Needed, holds_until, seats_left, signoffs_on
from registry.workflow.signature_check import distrusted
from registry.workflow.statement import REVIEWED, under_review

CHANGED = "no: it changed since submission and can only be void"
RELEASED_SINCE = "no: it changed since it was released"
_SHOWN = ("rule", "outcome", "observed", "expected", "margin", "waiver", "message")


def review(context: Context, label: str) -> dict[str, object]:
    """The statement under review of R-17, whether it still stands, and its sign-offs.

    Of a closed request it is the statement that was signed, whatever became of the version since.
    """
    with reading(context.engine) as session:
        request = request_labelled(session, label)
        found = version_of(session, request)
        decision = decide_again(context, session, found, request)
        rows = signoffs_on(session, request)
        shown = _signed(request, rows) or under_review(session, found, request, decision)
        body = json.loads(submitted_with(session, request) or "{}")
        needed, now = Needed.stored(body, distrusted(session)), context.clock()
        return {
            "request": request_label(request),
            "state": request.state,
            "stands": _stands(request, found, decision, shown),
            **{key: value for key, value in shown.items() if key != "request"},
            "submitted by": account_name(session, request.submitted_by),
            "submitted at": request.submitted_at,
            "age in days": age(request.submitted_at, now),
            **_approval(request, rows, needed, now),
            **_closed(request),
            "signatures": "required" if needed.signatures else "optional",
            "still needed": seats_left(rows, needed, now),
            "findings": [{key: one.get(key) for key in _SHOWN} for one in _findings(body)],
            "signoffs": signoffs(session, rows, needed, now),
        }


def _signed(request: Request, rows: Sequence[SignOff]) -> dict[str, object]:
    """What the signatures on a closed request cover; nothing where it is open or nobody signed."""
    if request.state in OPEN_STATES or not rows:
        return {}
    first = rows[0]
    if digest_bytes(bytes(first.statement)) != first.statement_digest:
        raise IntegrityFailure(
            f"the statement of {request_label(request)} is not the one that was signed",
            todo="run `registry audit verify` and find out who changed it",
        )
    said: dict[str, object] = json.loads(first.statement)
    return {key: said[key] for key in REVIEWED if key in said}


def _stands(
    request: Request, found: Found, decision: Decision, shown: Mapping[str, Any]
) -> bool | str:
    """Whether it would be decided and signed as it was; a request ended otherwise does not stand.

    What was released stays released: `registry releases recheck` says whether it still should be.
    """
    if request.state not in (*OPEN_STATES, RequestState.RELEASED):
        return f"no: it was {request.state}"
    same = decision.digest == request.decision_digest
    if request.state == RequestState.RELEASED:
        same = same and shown["dataset"]["card"] == found.version.card_digest
        return same or RELEASED_SINCE
    return same or CHANGED


def _closed(request: Request) -> dict[str, object]:
    """When an open request ended without a release, and why."""
    if request.closed_reason is None:
        return {}
    return {"closed at": request.closed_at, "closed because": request.closed_reason}


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
        "expires": stamp(until) if until else None,
        "retracted at": row.retracted_at,
        "authentication": row.authentication,
        "reason": row.reason,
        "statement": row.statement_digest,
        "key": row.key_id,
        "signature": base64.b64encode(row.signature).decode() if row.signature else None,
    }

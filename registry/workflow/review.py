"""What a reviewer is shown: exactly what a signature would cover, and who signed before."""

import json

from sqlmodel import Session, col, select

from registry.records import DecisionRecord, Request, SignOff
from registry.store.database import reading
from registry.workflow.changed import decide_again
from registry.workflow.context import Context
from registry.workflow.find import (
    account_name,
    request_label,
    request_labelled,
    row_id,
    version_of,
)
from registry.workflow.quorum import open_seats
from registry.workflow.statement import under_review


def review(context: Context, label: str) -> dict[str, object]:
    """The statement under review of R-17, whether it still stands, and its sign-offs."""
    with reading(context.engine) as session:
        request = request_labelled(session, label)
        found = version_of(session, request)
        decision = decide_again(context, session, found, request)
        shown = under_review(found, request, decision)
        stands = decision.digest == request.decision_digest
        return {
            "request": request_label(request),
            "state": request.state,
            "stands": stands if stands else "no: it changed since submission and can only be void",
            **{key: value for key, value in shown.items() if key != "request"},
            "submitted by": account_name(session, request.submitted_by),
            "still needed": seats_left(session, request),
            "signoffs": signoffs(session, request),
        }


def seats_left(session: Session, request: Request) -> dict[str, int]:
    """The seats still open under the quorum that was decided at submission."""
    body = session.exec(
        select(DecisionRecord.body)
        .where(DecisionRecord.request_id == row_id(request))
        .order_by(col(DecisionRecord.id))
    ).first()
    return open_seats(session, request, json.loads(body or "{}").get("quorum", {}))


def signoffs(session: Session, request: Request) -> list[dict[str, object]]:
    """Every signature on the request: printed name, role, UTC time and meaning."""
    rows = session.exec(
        select(SignOff).where(SignOff.request_id == row_id(request)).order_by(col(SignOff.id))
    )
    return [
        {
            "name": account_name(session, row.account_id),
            "role": row.role,
            "meaning": row.meaning,
            "at": row.signed_at,
            "authentication": row.authentication,
            "reason": row.reason,
            "statement": row.statement_digest,
        }
        for row in rows
    ]

"""What the policies say of one request, as its reviewers read it."""

from dataclasses import replace

from sqlmodel import Session, col, select

from registry.records import OPEN_STATES, DecisionRecord, Request
from registry.reports.facts import DecisionFacts
from registry.store.database import reading
from registry.workflow.changed import decide_again, wanted_by
from registry.workflow.context import Context
from registry.workflow.find import request_label, request_labelled, row_id, version_of
from registry.workflow.reports.signed import decided, recorded


def decision_on(context: Context, label: str) -> DecisionFacts:
    """The decision on R-17: of an open request as it comes out now, of a closed one as it was."""
    with reading(context.engine) as session:
        request = request_labelled(session, label)
        stored = None if request.state in OPEN_STATES else _last(session, request)
        if stored:
            return recorded(session, stored, wanted_by(request))
        found = version_of(session, request)
        decision = decide_again(context, session, found, request)
        facts = decided(session, found, wanted_by(request), decision, context.now())
        return replace(facts, request=request_label(request), state=request.state)


def _last(session: Session, request: Request) -> DecisionRecord | None:
    return session.exec(
        select(DecisionRecord)
        .where(DecisionRecord.request_id == row_id(request))
        .order_by(col(DecisionRecord.id).desc())
    ).first()

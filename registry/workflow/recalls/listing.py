"""Recalls as lists print them: what is outstanding, for how long, and whom to tell by hand."""

from sqlmodel import Session, col, select

from registry.clock import moment
from registry.records import Delivery, Recall, Release, Request
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import account_name, release_label, version_of
from registry.workflow.recalls.deliver import notice_path
from registry.workflow.recalls.issue import recall_label
from registry.workflow.recipients import recipient_named

Row = dict[str, object]


def recalls(context: Context, *, every: bool = False) -> list[Row]:
    """Recalls that nobody acknowledged, the oldest first; ``every`` one, answered ones too."""
    with reading(context.engine) as session:
        query = select(Recall, Release).where(Recall.release_id == Release.id)
        if not every:
            query = query.where(col(Recall.acknowledged_at).is_(None))
        rows = session.exec(query.order_by(col(Recall.id))).all()
        return [_row(context, session, recall, release) for recall, release in rows]


def _row(context: Context, session: Session, recall: Recall, release: Release) -> Row:
    request = session.get_one(Request, release.request_id)
    recipient = recipient_named(session, release.recipient)
    path = notice_path(context, recall_label(release, recall))
    by_hand = path.is_file() and not (recipient and recipient.webhook)
    end = moment(recall.acknowledged_at) if recall.acknowledged_at else context.clock()
    return {
        "release": release_label(release),
        "version": version_of(session, request).label,
        "recipient": release.recipient,
        "state": "acknowledged" if recall.acknowledged_at else "outstanding",
        "age_days": (end - moment(recall.issued_at)).days,
        "delivery": _delivery(recall, by_hand=by_hand),
        "contact": recipient.contact if recipient else None,
        "cause": recall.cause,
        "notice": str(path) if path.is_file() else None,
        "issued_by": account_name(session, recall.issued_by),
        "issued_at": recall.issued_at,
        "attempted_at": recall.attempted_at,
        "acknowledged_at": recall.acknowledged_at,
        "acknowledged_by": recall.acknowledged_by,
        "evidence": recall.evidence,
        "recorded_by": account_name(session, recall.recorded_by),
    }


def _delivery(recall: Recall, *, by_hand: bool) -> str:
    """``by hand`` where there is no webhook, ``not sent`` where a command was cut off."""
    if recall.delivery != Delivery.PENDING:
        return recall.delivery
    return "by hand" if by_hand else "not sent"

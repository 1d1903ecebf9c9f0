"""Recalls as lists print them: what is outstanding, for how long, and whom to tell by hand."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.clock import moment
from registry.records import (
    Dataset,
    DatasetVersion,
    Delivery,
    Recall,
    Recipient,
    Release,
    Request,
)
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, part
from registry.workflow.context import Context
from registry.workflow.find import names_of, release_label, row_id
from registry.workflow.recalls.deliver import notice_path
from registry.workflow.recalls.issue import recall_label

MOST: Final = 200
Row = dict[str, object]


def recalls(context: Context, *, every: bool = False) -> list[Row]:
    """Recalls that nobody acknowledged, the oldest first; ``every`` one, answered ones too."""
    with reading(context.engine) as session:
        rows = session.execute(_asked(every=every).order_by(col(Recall.id))).all()
        return [row for _, row in _rows(context, session, rows)]


def recalls_part(context: Context, place: Place = FIRST, *, every: bool = False) -> Part:
    """A part of the same."""
    with reading(context.engine) as session:
        order = Order((col(Recall.id),))
        return part(
            session,
            _asked(every=every),
            order,
            place,
            lambda rows: _rows(context, session, rows),
        )


def recalls_of(context: Context, session: Session, release_id: int) -> list[Row]:
    """The recalls of one release, the oldest first."""
    query = _RECALLS.where(Recall.release_id == release_id).order_by(col(Recall.id))
    return [row for _, row in _rows(context, session, session.execute(query).all())]


def outstanding(context: Context) -> list[str]:
    """The releases whose recalls wait longest for an answer."""
    query = select(Recall.release_id).where(col(Recall.acknowledged_at).is_(None))
    with reading(context.engine) as session:
        ids = session.exec(query.order_by(col(Recall.id)).limit(MOST))
        return list(dict.fromkeys(f"REL-{one}" for one in ids))


def _asked(*, every: bool) -> Any:
    return _RECALLS if every else _RECALLS.where(col(Recall.acknowledged_at).is_(None))


_RECALLS: Any = (
    select(  # type: ignore[call-overload]
        Recall,
        Release,
        col(Dataset.name).label("dataset"),
        col(DatasetVersion.number),
        col(Recipient.contact),
        col(Recipient.webhook),
    )
    .join(Release, col(Release.id) == col(Recall.release_id))
    .join(Request, col(Request.id) == col(Release.request_id))
    .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
    .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
    .outerjoin(Recipient, col(Recipient.name) == col(Release.recipient))
)


def _rows(context: Context, session: Session, rows: Sequence[Any]) -> list[Numbered]:
    recalled = [one.Recall for one in rows]
    names = names_of(session, [k for one in recalled for k in (one.issued_by, one.recorded_by)])
    return [(row_id(one.Recall), _row(context, one, names)) for one in rows]


def _row(context: Context, found: Any, names: Mapping[int | None, str | None]) -> Row:
    recall, release = found.Recall, found.Release
    path = notice_path(context, recall_label(release, recall))
    noticed = path.is_file()
    end = moment(recall.acknowledged_at) if recall.acknowledged_at else context.clock()
    return {
        "release": release_label(release),
        "version": f"{found.dataset}@{found.number}",
        "recipient": release.recipient,
        "state": "acknowledged" if recall.acknowledged_at else "outstanding",
        "age_days": (end - moment(recall.issued_at)).days,
        "delivery": _delivery(recall, by_hand=noticed and not found.webhook),
        "contact": found.contact,
        "cause": recall.cause,
        "notice": str(path) if noticed else None,
        "issued_by": names[recall.issued_by],
        "issued_at": recall.issued_at,
        "attempted_at": recall.attempted_at,
        "acknowledged_at": recall.acknowledged_at,
        "acknowledged_by": recall.acknowledged_by,
        "evidence": recall.evidence,
        "recorded_by": names[recall.recorded_by],
    }


def _delivery(recall: Recall, *, by_hand: bool) -> str:
    """``by hand`` where there is no webhook, ``not sent`` where a command was cut off."""
    if recall.delivery != Delivery.PENDING:
        return recall.delivery
    return "by hand" if by_hand else "not sent"

"""Waivers as they are stored: found by name, and handed to the policy engine."""

import re

from sqlalchemy import ColumnElement, exists, not_, or_
from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.policy.facts import Waiver
from registry.records import (
    Account,
    CardRevision,
    Evaluation,
    Request,
    WaiverRecord,
)
from registry.workflow.find import Found, row_id
from registry.workflow.recorded import waiver

_LABEL = re.compile(r"W-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)
_DAYS = re.compile(r"(?P<days>[1-9][0-9]{0,4})d", re.IGNORECASE)

Row = dict[str, object]


def waiver_label(row: WaiverRecord) -> str:
    """``W-3``."""
    return f"W-{row.id}"


def waiver_labelled(session: Session, label: str) -> WaiverRecord:
    """The waiver ``W-3``; raises `NotFound`."""
    match = _LABEL.fullmatch(label)
    row = session.get(WaiverRecord, int(match["id"])) if match else None
    if row is None:
        raise NotFound(
            f"there is no waiver {label!r}", expected="W-1, ...", todo="`registry waivers list`"
        )
    return row


def signed_apart() -> ColumnElement[bool]:
    """Waivers whose signer has not evaluated, amended or put forward the version, since then
    either: nobody excepts what is theirs, in whatever order they go about it.
    """
    hands = (
        (col(Evaluation.version_id), col(Evaluation.evaluated_by)),
        (col(Request.version_id), col(Request.submitted_by)),
        (col(CardRevision.version_id), col(CardRevision.amended_by)),
    )
    own = [
        exists().where(version == WaiverRecord.version_id, by == WaiverRecord.approved_by)
        for version, by in hands
    ]
    return not_(or_(*own))


def waivers_of(session: Session, found: Found) -> list[Waiver]:
    """The waivers of a version that nobody ended and whose signer stays apart from it, for the
    engine to believe or not.
    """
    rows = session.exec(
        select(WaiverRecord, Account.pseudonym)
        .where(WaiverRecord.version_id == row_id(found.version))
        .where(WaiverRecord.approved_by == Account.id)
        .where(col(WaiverRecord.ended_at).is_(None))
        .where(signed_apart())
        .order_by(col(WaiverRecord.id))
    )
    return [waiver(row, approver, found.version.content_digest) for row, approver in rows]

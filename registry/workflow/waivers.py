"""Waivers as they are stored: found by name, listed, and handed to the policy engine."""

import base64
import re
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, not_, or_
from sqlmodel import Session, col, select

from registry.errors import InvalidInput, NotFound
from registry.policy.expiry import days, expired
from registry.policy.facts import Waiver
from registry.records import (
    Account,
    CardRevision,
    Dataset,
    DatasetVersion,
    Evaluation,
    Release,
    Request,
    WaiverRecord,
)
from registry.records.decision import DecisionRecord
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import Found, account_name, row_id
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


def listed(context: Context, expiring: str | None = None, *, every: bool = False) -> list[Row]:
    """Waivers in force, or ``every`` one, those that end first at the top.

    ``expiring``, such as ``30d``, leaves only those that end within so many days.
    """
    span = within(expiring) if expiring else None
    with reading(context.engine) as session:
        rows = session.exec(select(WaiverRecord)).all()
        shown = [_row(context, session, row) for row in rows]
    now = context.clock()
    if not every:
        shown = [row for row in shown if row["state"] == "in force"]
    if span is not None:
        limit = now + timedelta(days=span)
        shown = [row for row in shown if expired(str(row["until"]), limit)]
    return sorted(shown, key=lambda row: (str(row["until"]), str(row["waiver"])))


def shown(context: Context, label: str) -> Row:
    """One waiver with everything that was signed."""
    with reading(context.engine) as session:
        row = waiver_labelled(session, label)
        return {
            **_row(context, session, row),
            "reason": row.reason,
            "control": row.control,
            "statement": row.statement_digest,
            "authentication": row.authentication,
            "key": row.key_id,
            "signature": base64.b64encode(row.signature).decode() if row.signature else None,
            "ended_by": account_name(session, row.ended_by),
            "ended_at": row.ended_at,
            "ended_reason": row.ended_reason,
        }


def portfolio(context: Context) -> Row:
    """How much rests on waivers: those in force, the versions, and the releases decided by them."""
    rows = listed(context)
    with reading(context.engine) as session:
        bodies = session.exec(
            select(DecisionRecord.body)
            .join(Release, col(Release.request_id) == col(DecisionRecord.request_id))
            .where(Release.state == "in-force")
            .where(DecisionRecord.outcome == "allow")
        ).all()
    names = {str(row["waiver"]) for row in rows}
    resting = sum(any(f'"{name}"' in body for name in names) for body in bodies)
    return {
        "in_force": len(rows),
        "versions": len({row["version"] for row in rows}),
        "ending_within_30_days": len(listed(context, "30d")),
        "releases_resting_on_one": resting,
    }


def state_of(context: Context, row: WaiverRecord) -> str:
    """``in force``, ``ended`` or ``expired``."""
    if row.ended_at is not None:
        return "ended"
    return "expired" if expired(row.until, context.clock()) else "in force"


def _row(context: Context, session: Session, row: WaiverRecord) -> Row:
    version = session.get_one(DatasetVersion, row.version_id)
    dataset = session.get_one(Dataset, version.dataset_id)
    return {
        "waiver": waiver_label(row),
        "version": f"{dataset.name}@{version.number}",
        "policy": row.policy_id,
        "rule": row.rule,
        "until": row.until,
        "state": state_of(context, row),
        "owner": row.owner,
        "ticket": row.ticket,
        "approved_by": account_name(session, row.approved_by),
        "role": row.role,
        "approved_at": row.approved_at,
    }


def within(text: str) -> int:
    """Days of ``30d`` or ``P30D``; raises `InvalidInput`."""
    match = _DAYS.fullmatch(text)
    try:
        return int(match["days"]) if match else days(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no number of days", expected="30d or P30D") from error

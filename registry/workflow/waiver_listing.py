"""Waivers listed: which are in force, and which nobody ended and yet count for nothing."""

import base64
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from registry.errors import InvalidInput
from registry.policy.expiry import days, expired
from registry.policy.waiving import objection
from registry.records import (
    Account,
    Dataset,
    DatasetVersion,
    DecisionRecord,
    Release,
    Request,
    WaiverRecord,
)
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, part
from registry.workflow.browse.remembered import Remembered
from registry.workflow.context import Context
from registry.workflow.find import account_name, row_id
from registry.workflow.gate import effective_policies
from registry.workflow.recorded import waiver
from registry.workflow.waivers import signed_apart, waiver_label, waiver_labelled

_DAYS = re.compile(r"(?P<days>[1-9][0-9]{0,4})d", re.IGNORECASE)

Row = dict[str, object]


WAIVERS: Final[Any] = (
    select(  # type: ignore[call-overload]
        WaiverRecord,
        col(Account.name).label("approver"),
        col(Account.pseudonym),
        col(Dataset.name).label("dataset"),
        col(DatasetVersion.number),
        col(DatasetVersion.content_digest),
        signed_apart().label("apart"),
    )
    .join(Account, col(Account.id) == col(WaiverRecord.approved_by))
    .join(DatasetVersion, col(DatasetVersion.id) == col(WaiverRecord.version_id))
    .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
)
"""Waivers with what `Standings` and lists say of them."""
_totals: Remembered[Row] = Remembered()
_ORDER: Final = Order((col(WaiverRecord.until), col(WaiverRecord.id)))


def listed(context: Context, expiring: str | None = None, *, every: bool = False) -> list[Row]:
    """Waivers in force, or ``every`` one, those that end first at the top.

    ``expiring``, such as ``30d``, leaves only those that end within so many days.
    """
    query = WAIVERS if every else WAIVERS.where(_unended(context))
    if expiring:
        end = (context.clock() + timedelta(days=within(expiring))).date().isoformat()
        query = query.where(col(WaiverRecord.until) < end)
    with reading(context.engine) as session:
        rows = session.execute(query.order_by(*_ORDER.keys)).all()
        return [row for _, row in _rows(Standings(context, session), rows, every=every)]


def waivers_part(context: Context, place: Place = FIRST, *, every: bool = False) -> Part:
    """A part of those in force, or of all."""
    query = WAIVERS if every else WAIVERS.where(_unended(context))
    with reading(context.engine) as session:
        standings = Standings(context, session)
        return part(session, query, _ORDER, place, lambda rows: _rows(standings, rows, every=every))


def _unended(context: Context) -> ColumnElement[bool]:
    """What nobody ended, and no day; whether it counts is for `Standings` to say."""
    today = context.clock().date().isoformat()
    return col(WaiverRecord.ended_at).is_(None) & (col(WaiverRecord.until) >= today)


def shown(context: Context, label: str) -> Row:
    """One waiver with everything that was signed."""
    with reading(context.engine) as session:
        row = waiver_labelled(session, label)
        found = session.execute(WAIVERS.where(WaiverRecord.id == row_id(row))).one()
        standings = Standings(context, session)
        return {
            **_row(standings, found),
            "void_because": standings.objection(found),
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
    with reading(context.engine) as session:
        return dict(_totals.read(context, session, lambda: _added_up(context, session)))


def _added_up(context: Context, session: Session) -> Row:
    limit = context.clock() + timedelta(days=30)
    standings = Standings(context, session)
    rows = session.execute(WAIVERS.where(_unended(context))).all()
    held = [one.WaiverRecord for one in rows if standings.objection(one) is None]
    return {
        "in_force": len(held),
        "versions": len({one.version_id for one in held}),
        "ending_within_30_days": sum(expired(one.until, limit) for one in held),
        "releases_resting_on_one": _resting(session, held),
    }


def _resting(session: Session, held: Sequence[WaiverRecord]) -> int:
    """A decision rests on waivers of its own version alone: only those versions are looked at."""
    bodies = session.exec(
        select(DecisionRecord.body)
        .join(Release, col(Release.request_id) == col(DecisionRecord.request_id))
        .join(Request, col(Request.id) == col(Release.request_id))
        .where(Release.state == "in-force")
        .where(DecisionRecord.outcome == "allow")
        .where(col(Request.version_id).in_({one.version_id for one in held}))
    ).all()
    names = [waiver_label(one) for one in held]
    return sum(any(f'"{name}"' in body for name in names) for body in bodies)


class Standings:
    """What the policies in effect make of waivers, as rows of `WAIVERS`."""

    def __init__(self, context: Context, session: Session) -> None:
        self.context = context
        self._policies = {policy.id: policy for policy in effective_policies(session)}

    def state(self, found: Any) -> str:
        """``in force``, ``ended``, ``expired``, or ``void``: it counts for nothing any more."""
        if found.WaiverRecord.ended_at is not None:
            return "ended"
        if expired(found.WaiverRecord.until, self.context.clock()):
            return "expired"
        return "void" if self.objection(found) else "in force"

    def objection(self, found: Any) -> str | None:
        """Why the engine would not believe a waiver that nobody ended; None if it would."""
        row = found.WaiverRecord
        if row.ended_at is not None:
            return None
        if not found.apart:
            return "who signed it has had a hand in the version"
        policy = self._policies.get(row.policy_id)
        if policy is None:
            return f"{row.policy_id} is not in effect"
        one = waiver(row, found.pseudonym, found.content_digest)
        return objection(policy, found.content_digest, one, self.context.clock())


def _rows(standings: Standings, rows: Sequence[Any], *, every: bool) -> list[Numbered]:
    shown = [(row_id(one.WaiverRecord), _row(standings, one)) for one in rows]
    return [(key, row) for key, row in shown if every or row["state"] == "in force"]


def _row(standings: Standings, found: Any) -> Row:
    row = found.WaiverRecord
    return {
        "waiver": waiver_label(row),
        "version": f"{found.dataset}@{found.number}",
        "policy": row.policy_id,
        "rule": row.rule,
        "until": row.until,
        "state": standings.state(found),
        "owner": row.owner,
        "ticket": row.ticket,
        "approved_by": found.approver,
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

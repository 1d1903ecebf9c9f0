"""Waivers listed: which are in force, and which nobody ended and yet count for nothing."""

import base64
import re
from datetime import timedelta

from sqlmodel import Session, col, select

from registry.errors import InvalidInput
from registry.policy.expiry import days, expired
from registry.policy.facts import Subject, Waiver
from registry.policy.waiving import objection
from registry.records import Dataset, DatasetVersion, DecisionRecord, Release, WaiverRecord
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import Found, account_name, version_labelled
from registry.workflow.gate import effective_policies, subject_of
from registry.workflow.waivers import waiver_label, waiver_labelled, waivers_of

_DAYS = re.compile(r"(?P<days>[1-9][0-9]{0,4})d", re.IGNORECASE)

Row = dict[str, object]


def listed(context: Context, expiring: str | None = None, *, every: bool = False) -> list[Row]:
    """Waivers in force, or ``every`` one, those that end first at the top.

    ``expiring``, such as ``30d``, leaves only those that end within so many days.
    """
    span = within(expiring) if expiring else None
    with reading(context.engine) as session:
        rows = session.exec(select(WaiverRecord)).all()
        standing = Standings(context, session)
        shown = [_row(standing, row) for row in rows]
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
            **_row(standing := Standings(context, session), row),
            "void_because": standing.objection(row),
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


class Standings:
    """What the policies in effect make of waivers, each policy and version read once."""

    def __init__(self, context: Context, session: Session) -> None:
        self.context, self.session = context, session
        self._policies = {policy.id: policy for policy in effective_policies(session)}
        self._found: dict[int, tuple[Found, Subject, dict[str, Waiver]]] = {}

    def label(self, row: WaiverRecord) -> str:
        """The version a waiver is for."""
        return self._version(row)[0].label

    def state(self, row: WaiverRecord) -> str:
        """``in force``, ``ended``, ``expired``, or ``void``: it counts for nothing any more."""
        if row.ended_at is not None:
            return "ended"
        if expired(row.until, self.context.clock()):
            return "expired"
        return "void" if self.objection(row) else "in force"

    def objection(self, row: WaiverRecord) -> str | None:
        """Why the engine would not believe a waiver that nobody ended; None if it would."""
        _, subject, held = self._version(row)
        if row.ended_at is not None:
            return None
        if (one := held.get(waiver_label(row))) is None:
            return "who signed it has had a hand in the version"
        policy = self._policies.get(row.policy_id)
        if policy is None:
            return f"{row.policy_id} is not in effect"
        return objection(policy, subject, one, self.context.clock())

    def _version(self, row: WaiverRecord) -> tuple[Found, Subject, dict[str, Waiver]]:
        if row.version_id not in self._found:
            version = self.session.get_one(DatasetVersion, row.version_id)
            name = self.session.get_one(Dataset, version.dataset_id).name
            found = version_labelled(self.session, f"{name}@{version.number}")
            held = {one.id: one for one in waivers_of(self.session, found)}
            self._found[row.version_id] = found, subject_of(self.session, found), held
        return self._found[row.version_id]


def _row(standing: Standings, row: WaiverRecord) -> Row:
    return {
        "waiver": waiver_label(row),
        "version": standing.label(row),
        "policy": row.policy_id,
        "rule": row.rule,
        "until": row.until,
        "state": standing.state(row),
        "owner": row.owner,
        "ticket": row.ticket,
        "approved_by": account_name(standing.session, row.approved_by),
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

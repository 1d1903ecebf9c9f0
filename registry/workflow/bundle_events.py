"""Which events of the log a bundle holds: all about the version, and about whoever acted on it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import or_
from sqlmodel import Session, col, select

from registry.ledger.exposure import affected
from registry.records import Event, Release, Request
from registry.workflow.find import Found, release_label, request_label, row_id

LEFT_OUT: Final = frozenset(
    {
        *("evaluation.progressed", "report.written", "decision.made", "bundle.created"),
        *("figures.disclosed", "figures.withheld"),
    }
)
"""Events about a version on which no release rests."""

_ACCOUNTS: Final = (
    *("add-account", "grant-role", "revoke-role", "deactivate-account"),
    *("enrol", "approve-key", "rotate-key", "revoke-key", "reset-password"),
)
_ELSEWHERE: Final = (
    *("publish-policy", "add-source", "confirm-source", "withdraw-source", "revoke"),
    *("name-deputy", "end-deputy", "waive", "end-waiver", "add-agreement", "end-agreement"),
    *("declare-budget", "sign-budget", "declare-partition", "sign-partition"),
    *("declare-batch", "sign-batch"),
)


@dataclass(frozen=True)
class Told:
    """One event: its place, its text, and what it says."""

    seq: int
    body: str
    said: Mapping[str, Any]

    @property
    def details(self) -> Mapping[str, Any]:
        """The details of the fact."""
        found: Mapping[str, Any] = self.said.get("details", {})
        return found


def events_about(session: Session, found: Found, request: Request) -> list[Told]:
    """The events of a bundle, in order."""
    label, own = found.label, request_label(request)
    mine = _read(session, or_(col(Event.dataset) == label, col(Event.request) == own))
    mine = [one for one in mine if one.said["fact"] not in LEFT_OUT]
    others = [
        one
        for one in _read(session, col(Event.action).in_(_ELSEWHERE))
        if _concerns(session, one, mine, found, request)
    ]
    involved = _involved([*mine, *others])
    others = [one for one in others if not _foreign_deputy(one, involved)]
    accounts = [
        one
        for one in _read(session, col(Event.action).in_(_ACCOUNTS))
        if one.details.get("account") in involved and not _refused(one)
    ]
    everything = {one.seq: one for one in (*mine, *others, *accounts)}
    return [everything[seq] for seq in sorted(everything)]


def _read(session: Session, condition: Any) -> list[Told]:
    query = select(Event.seq, Event.body).where(condition).order_by(col(Event.seq))
    rows = ((seq, bytes(body).decode()) for seq, body in session.exec(query))
    return [Told(seq, body, json.loads(body)) for seq, body in rows]


def _concerns(
    session: Session, one: Told, mine: Iterable[Told], found: Found, request: Request
) -> bool:
    """Whether an event that names no version is about this one all the same."""
    fact, details = one.said["fact"], one.details
    if fact == "policy.published":
        return True
    if fact.startswith("budget."):
        ours = details.get("source") == found.source.name
        return ours and bool(affected(request.audience, [str(details["audience"])]))
    if fact.startswith(("source.", "partition.", "batch.")):
        return bool(details.get("source") == found.source.name)
    if fact == "waiver.ended":
        return details.get("waiver") in _waivers(session, found)
    if fact.startswith("deputy."):
        return True
    if fact == "release.revoked":
        return details.get("release") in _releases(session, request)
    if fact.startswith("agreement."):
        return _agreed(session, one, mine)
    return False


def _waivers(session: Session, found: Found) -> set[str]:
    from registry.records import WaiverRecord

    query = select(WaiverRecord.id).where(WaiverRecord.version_id == row_id(found.version))
    return {f"W-{key}" for key in session.exec(query)}


def _releases(session: Session, request: Request) -> set[str]:
    query = select(Release).where(Release.request_id == row_id(request))
    return {release_label(one) for one in session.exec(query)}


def _agreed(session: Session, one: Told, mine: Iterable[Told]) -> bool:
    """Whether it is about an agreement that a release of the version stands under."""
    from registry.records import Agreement
    from registry.workflow.agreements import agreement_label

    digests = {each.details.get("agreementDigest") for each in mine} - {None}
    if one.said["fact"] == "agreement.added":
        return one.details.get("digest") in digests
    rows = session.exec(select(Agreement).where(col(Agreement.digest).in_(digests)))
    return one.details.get("agreement") in {agreement_label(row) for row in rows}


def _involved(events: Iterable[Told]) -> set[str]:
    """Whoever acted, or was acted for, in events that are no naming of deputies."""
    acting = [one for one in events if not one.said["fact"].startswith("deputy.")]
    principals = {str(one.details["for"]) for one in acting if one.details.get("for")}
    return {str(one.said["actor"]) for one in acting} | principals


def _foreign_deputy(one: Told, involved: set[str]) -> bool:
    """Whether it names a deputy among people who have nothing to do with the release."""
    named = one.said["fact"] == "deputy.named"
    return named and one.said["actor"] not in involved


def _refused(one: Told) -> bool:
    return bool(one.said["fact"] == "attempt.refused")

"""The release keeps the terms that were approved."""

from datetime import timedelta

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem
from registry.bundle.state import decided
from registry.bundle.told import Event
from registry.policy.engine import Decision
from registry.policy.expiry import day, expired

TITLE = "release within its terms"


def check(case: Case) -> Found:
    """File, use, decision, expiry, agreement, and the age of the approval."""
    granted = case.granted
    if granted is None or case.submitted is None:
        return
    said = granted.details
    expected = {
        "use": case.submitted.details.get("use"),
        "file": case.record.dataset.file,
        "decision": case.submitted.details.get("decision"),
    }
    for name, value in expected.items():
        if said.get(name) != value:
            yield Problem("release-differs", f"the {name} of the release is not the one approved")
    decision = decided(case, case.submitted)
    yield from _expiry(granted, decision)
    yield from _agreement(granted, decision)
    yield from _lapsed(case, granted, decision)


def _expiry(granted: Event, decision: Decision) -> Found:
    until, longest = str(granted.details.get("expires")), decision.expires_after_days
    if expired(until, granted.time):
        yield Problem("release-expired-at-grant", f"granted on {granted.at} until {until}")
    elif longest is not None and day(until) > granted.time.date() + timedelta(days=longest):
        yield Problem("release-too-long", f"{until} is more than {longest} days after the grant")


def _agreement(granted: Event, decision: Decision) -> Found:
    for name in decision.agreements:
        if granted.details.get("agreement") != name:
            yield Problem("agreement-missing", f"the policies demand the agreement {name}")


def _lapsed(case: Case, granted: Event, decision: Decision) -> Found:
    if case.approved is None or decision.valid_for_days is None:
        return
    if expired(case.approved.time + timedelta(days=decision.valid_for_days), granted.time):
        yield Problem(
            "approval-lapsed", f"approved on {case.approved.at}, released on {granted.at}"
        )

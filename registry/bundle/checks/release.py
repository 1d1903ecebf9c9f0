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
    yield from _agreement(case, granted, decision)
    yield from _lapsed(case, granted, decision)


def _expiry(granted: Event, decision: Decision) -> Found:
    until, longest = str(granted.details.get("expires")), decision.expires_after_days
    if expired(until, granted.time):
        yield Problem("release-expired-at-grant", f"granted on {granted.at} until {until}")
    elif longest is not None and day(until) > granted.time.date() + timedelta(days=longest):
        yield Problem("release-too-long", f"{until} is more than {longest} days after the grant")


def _agreement(case: Case, granted: Event, decision: Decision) -> Found:
    """The one the policies name, recorded, in force on the day, and with this recipient."""
    name, digest = granted.details.get("agreement"), granted.details.get("agreementDigest")
    for needed in decision.agreements:
        if name != needed:
            yield Problem("agreement-missing", f"the policies demand the agreement {needed}")
    if name is None:
        return
    added = case.log.of("agreement.added", agreement=name, digest=digest)
    told = [one for one in added if one.seq < granted.seq]
    if not told:
        yield Problem("agreement-differs", f"no event tells of the agreement {name}")
    elif why := _objection(case, told[-1], granted):
        yield Problem("agreement-differs", f"the agreement {name} {why}")


def _objection(case: Case, told: Event, granted: Event) -> str | None:
    said, today = told.details, granted.time.date().isoformat()
    if not str(said["from"]) <= today or expired(str(said["until"]), granted.time):
        return f"holds from {said['from']} to {said['until']}"
    if str(granted.details.get("expires")) > str(said["until"]):
        return f"ends on {said['until']}, before the release"
    if granted.details.get("recipient") not in said["parties"]:
        return "is with other parties"
    # A document that was ended may have been recorded again, and only the last time counts.
    labels = [one.id for one in case.record.agreements if one.digest == said["digest"]]
    names = [{"digest": str(said["digest"])}, *({"agreement": one} for one in labels)]
    if any(case.over("agreement.ended", granted.seq, told.seq, **one) for one in names):
        return "had been ended"
    return None


def _lapsed(case: Case, granted: Event, decision: Decision) -> Found:
    """With the first of the signatures it rests on: one of long ago does not hold as if new."""
    if case.approved is None or decision.valid_for_days is None:
        return
    since = min(one.time for one in (case.approved, *case.signed))
    if expired(since + timedelta(days=decision.valid_for_days), granted.time):
        yield Problem("approval-lapsed", f"the approval of {since} was over on {granted.at}")

"""Which sign-offs count, and what keeps others from counting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from registry.bundle.case import Case
from registry.bundle.people import deputised, name_of, persons, signing
from registry.bundle.problem import Problem
from registry.bundle.state import context, decided, hands, published, subject
from registry.bundle.told import Event
from registry.policy.engine import Decision
from registry.policy.expiry import expired
from registry.policy.matching import matching


def counted(case: Case, at: Event) -> list[Event]:
    """The approvals that count at an event, oldest first: kept apart from what they sign, not
    expired, and no person twice, as somebody's deputy either.
    """
    assert case.submitted is not None
    decision = decided(case, case.submitted)
    found: list[Event] = []
    people: set[str] = set()
    for event in case.signed:
        who = persons(case, event)
        if event.seq < at.seq and not who & people and _holds(case, event, decision, at):
            people |= who
            found.append(event)
    return found


def _holds(case: Case, event: Event, decision: Decision, at: Event) -> bool:
    if decision.signatures == "required" and event.details.get("signature") is None:
        return False
    if event.details.get("for") is not None and not deputised(case, event):
        return False
    days = decision.valid_for_days
    if days is not None and expired(event.time + timedelta(days=days), at.time):
        return False
    return not any(ties(case, event))


def ties(case: Case, event: Event) -> Iterator[Problem]:
    """What ties who signed with ``event``, or for whom, to what was signed."""
    assert case.submitted is not None
    decision = decided(case, case.submitted)
    for who in signing(event):
        yield from making(case, who, event)
        for name in decision.waivers:
            granted = case.waivers[name].event if name in case.waivers else None
            if granted is not None and granted.actor == who:
                yield Problem("waiver-approver-counted", f"{who} waived a rule by {name}")
        if "policy-author" in decision.separation:
            yield from _fresh_policies(case, who, event, decision)


def making(case: Case, who: str, event: Event) -> Iterator[Problem]:
    """Whether who acted in ``event`` made, amended, evaluated or put forward the version."""
    for fact in ("dataset.registered", "dataset.amended"):
        if who in hands(case, event.seq, fact):
            yield Problem("author-counted", f"{who} did {fact} on {case.label}")
    if case.submitted is not None and who == case.submitted.actor:
        yield Problem("author-counted", f"{who} put {case.label} forward")
    if who in hands(case, event.seq, "dataset.evaluated"):
        yield Problem("evaluator-counted", f"{who} evaluated {case.label}")
    if name_of(case, who) in case.makers:
        yield Problem("generator-counted", f"{who} made {case.label}")


def _fresh_policies(case: Case, who: str, event: Event, decision: Decision) -> Iterator[Problem]:
    """Rules of the signer's own that came after the data or within the window before the request,
    where they govern it or let go of it.
    """
    assert case.submitted is not None and case.registered is not None
    since = case.registered.time
    if decision.author_window_days is not None:
        since = min(since, case.submitted.time - timedelta(days=decision.author_window_days))
    governing = {one.id for one in (*decision.policies, *decision.bases)}
    for fresh in published(case, event.seq):
        if fresh.actor != who or fresh.time < since:
            continue
        name = str(fresh.details["policy"])
        if name in governing or _governed_before(case, fresh):
            yield Problem("policy-author-counted", f"{who} published {name}")


def _governed_before(case: Case, fresh: Event) -> bool:
    """Whether the version of a policy before this one governed the request."""
    name = fresh.details["policy"]
    before = [one for one in published(case, fresh.seq) if one.details["policy"] == name]
    if not before:
        return False
    policy = case.library[before[-1].details["digest"]]
    return bool(matching([policy], subject(case, fresh.seq), context(case)))

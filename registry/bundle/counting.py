"""Which sign-offs count, and what keeps others from counting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from registry.bundle.case import Case
from registry.bundle.people import name_of
from registry.bundle.problem import Problem
from registry.bundle.state import context, decided, hands, published, subject
from registry.bundle.told import Event
from registry.policy.engine import Decision
from registry.policy.matching import matching


def counted(case: Case) -> list[Event]:
    """The approvals that count: the first of each person kept apart from nothing."""
    found: dict[str, Event] = {}
    for event in case.signed:
        if not any(ties(case, event)):
            found.setdefault(event.actor, event)
    return list(found.values())


def ties(case: Case, event: Event) -> Iterator[Problem]:
    """What ties who signed with ``event`` to what was signed."""
    yield from making(case, event)
    assert case.submitted is not None
    decision = decided(case, case.submitted)
    for name in decision.waivers:
        granted = case.waivers[name][2] if name in case.waivers else None
        if granted is not None and granted.actor == event.actor:
            yield Problem("waiver-approver-counted", f"{event.actor} waived a rule by {name}")
    if "policy-author" in decision.separation:
        yield from _fresh_policies(case, event, decision)


def making(case: Case, event: Event) -> Iterator[Problem]:
    """Whether who acted in ``event`` made, evaluated or put forward the version."""
    who, place = event.actor, event.seq
    if who in hands(case, place, "dataset.registered"):
        yield Problem("author-counted", f"{who} registered {case.label}")
    if case.submitted is not None and who == case.submitted.actor:
        yield Problem("author-counted", f"{who} put {case.label} forward")
    if who in hands(case, place, "dataset.evaluated"):
        yield Problem("evaluator-counted", f"{who} evaluated {case.label}")
    name = name_of(case, who)
    if name is not None and name == case.card.generator.made_by:
        yield Problem("generator-counted", f"{who} made {case.label}")


def _fresh_policies(case: Case, event: Event, decision: Decision) -> Iterator[Problem]:
    """Rules of the signer's own that came after the data or within the window before the request,
    where they govern it or let go of it.
    """
    assert case.submitted is not None and case.registered is not None
    since = case.registered.time
    if decision.author_window_days is not None:
        since = min(since, case.submitted.time - timedelta(days=decision.author_window_days))
    governing = {one.id for one in (*decision.policies, *decision.bases)}
    for fresh in published(case, event.seq):
        if fresh.actor != event.actor or fresh.time < since:
            continue
        name = str(fresh.details["policy"])
        if name in governing or _governed_before(case, fresh):
            yield Problem("policy-author-counted", f"{event.actor} published {name}")


def _governed_before(case: Case, fresh: Event) -> bool:
    """Whether the version of a policy before this one governed the request."""
    name = fresh.details["policy"]
    before = [one for one in published(case, fresh.seq) if one.details["policy"] == name]
    if not before:
        return False
    policy = case.library[before[-1].details["digest"]]
    return bool(matching([policy], subject(case, fresh.seq), context(case)))

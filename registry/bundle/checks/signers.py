"""Everybody who acted is who the log names, and held the role in which they acted."""

import hashlib

from registry.bundle.case import Case
from registry.bundle.people import roles
from registry.bundle.problem import Found, Problem

TITLE = "signers known, in roles they held"

_APPROVING = frozenset({"steward", "privacy-officer", "compliance-officer"})


def check(case: Case) -> Found:
    """Names against pseudonyms, and roles against what the log tells of the accounts."""
    for one in case.record.people:
        named = hashlib.sha256(f"{one.salt}:{one.name}".encode()).hexdigest()[:16]
        if one.pseudonym != f"p-{named}":
            yield Problem("signer-unknown", f"{one.name!r} does not give {one.pseudonym}")
    for event in case.signed:
        found = case.signoffs.get(str(event.details.get("statement")))
        person = case.people.get(event.actor)
        if found is not None and (person is None or person.name != found[1].get("signer")):
            yield Problem("signer-unknown", f"who signed event {event.seq} is not its actor")
        role = event.details.get("role")
        if role not in roles(case, event.actor, event.seq) & _APPROVING:
            yield Problem("role-missing", f"{event.actor} did not hold {role} at event {event.seq}")
    yield from _acted(case)


def _acted(case: Case) -> Found:
    """The roles that other steps take."""
    added = case.log.first("source.added", source=case.record.source.name)
    steps = [
        (case.submitted, {"engineer"}),
        (case.granted, {"compliance-officer"}),
        *((one, {"compliance-officer"}) for one in case.log.of("policy.published")),
    ]
    if added:
        confirmed = case.log.of("source.confirmed", source=case.record.source.name)
        steps += [(one, {"steward"}) for one in confirmed]
    for event, needed in steps:
        if event is not None and not roles(case, event.actor, event.seq) & needed:
            yield Problem(
                "role-missing", f"{event.actor} had no right to event {event.seq} ({event.fact})"
            )

"""Everybody who acted is who the log names, and held the role in which they acted."""

import hashlib

from registry.bundle.case import Case
from registry.bundle.people import deputised, name_of, roles, signing
from registry.bundle.problem import Found, Problem
from registry.bundle.told import Event

TITLE = "signers known, in roles they held"

_APPROVING = frozenset({"steward", "privacy-officer", "compliance-officer"})


def check(case: Case) -> Found:
    """Names against pseudonyms, and roles against what the log tells of the accounts."""
    for one in case.record.people:
        named = hashlib.sha256(f"{one.salt}:{one.name}".encode()).hexdigest()[:16]
        if one.pseudonym != f"p-{named}":
            yield Problem("signer-unknown", f"{one.name!r} does not give {one.pseudonym}")
    for event in case.signed:
        yield from _signer(case, event)
    yield from _acted(case)


def _signer(case: Case, event: Event) -> Found:
    """The names in the statement against the actor and the principal, and the role they held."""
    said = case.signoffs.get(str(event.details.get("statement")), {})
    principal = event.details.get("for")
    for who, name in ((event.actor, said.get("signer")), (principal, said.get("for"))):
        if said and (name_of(case, str(who)) if who is not None else None) != name:
            yield Problem("signer-unknown", f"{name} is not {who}, whom event {event.seq} names")
    role, held = event.details.get("role"), roles(case, signing(event)[-1], event.seq)
    if role not in held & _APPROVING:
        yield Problem("role-missing", f"nobody held {role} at event {event.seq}")
    if principal is not None and not deputised(case, event):
        yield Problem("deputy-unknown", f"{event.actor} was no deputy at event {event.seq}")


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

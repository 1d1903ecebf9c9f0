"""Who held which role when, and which hand in a version."""

from __future__ import annotations

from registry.bundle.case import Case


def roles(case: Case, actor: str, before: int) -> frozenset[str]:
    """The roles that an account held at a place in the log."""
    held: set[str] = set()
    for one in case.log.of("account.added", "role.granted", "role.revoked", account=actor):
        if one.seq >= before:
            break
        if one.fact == "role.revoked":
            held.discard(str(one.details["role"]))
        elif one.fact == "role.granted":
            held.add(str(one.details["role"]))
        else:
            held |= {str(role) for role in one.details["roles"]}
    return frozenset(held)


def name_of(case: Case, actor: str) -> str | None:
    """The name behind a pseudonym, where the bundle has it."""
    person = case.people.get(actor)
    return person.name if person else None

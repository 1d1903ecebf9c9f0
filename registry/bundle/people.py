"""Who held which role when, who stood in for whom, and which hand they had in a version."""

from __future__ import annotations

from registry.bundle.case import Case, digest_text
from registry.bundle.told import Event
from registry.policy.expiry import expired


def roles(case: Case, actor: str, before: int) -> frozenset[str]:
    """The roles that an account held at a place in the log."""
    held: set[str] = set()
    facts = ("account.added", "role.granted", "role.revoked", "account.deactivated")
    for one in case.log.of(*facts, account=actor):
        if one.seq >= before:
            break
        if one.fact == "account.deactivated":
            held.clear()
        elif one.fact == "role.revoked":
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


def signing(event: Event) -> tuple[str, ...]:
    """Everybody whom one signature uses up: who signed, and for whom."""
    principal = event.details.get("for")
    return (event.actor,) if principal is None else (event.actor, str(principal))


def persons(case: Case, event: Event) -> frozenset[str]:
    """The same by name where it is known: two accounts of one name are one person."""
    return frozenset(name_of(case, one) or one for one in signing(event))


def deputised(case: Case, event: Event) -> bool:
    """Whether the principal of a signature had named its signer as deputy for that day."""
    today = event.time.date().isoformat()
    for label, (text, stated, named) in case.deputies.items():
        if named is None or named.seq >= event.seq or named.actor != event.details.get("for"):
            continue
        said = named.details
        signed = (stated["signer"], stated["deputy"], stated["first"], stated["last"])
        names = (name_of(case, named.actor), name_of(case, str(said["deputy"])))
        if signed != (*names, said["first"], said["last"]):
            continue  # the log tells of something else than the principal signed
        over = expired(str(said["last"]), event.time) or case.over(
            "deputy.ended", event.seq, deputy=label, statement=digest_text(text)
        )
        if said["deputy"] == event.actor and str(said["first"]) <= today and not over:
            return True
    return False

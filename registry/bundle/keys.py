"""Personal keys: which was whose, and when."""

from __future__ import annotations

from registry.bundle.case import Case
from registry.bundle.strict import unbase64
from registry.log.signature import key_id

ENROLLED = ("key.enrolled", "key.rotated")
ENDED = ("key.revoked", "key.rotated", "key.destroyed")


def key_of(case: Case, name: str) -> bytes | None:
    """The public key by its id, if it has that id."""
    for one in case.record.keys:
        public = unbase64(one.public, "a public key")
        if one.id == name and len(public) == 32 and key_id(public) == name:
            return public
    return None


def in_force(case: Case, name: str, owner: str, at: int) -> bool | None:
    """Whether ``owner`` had enrolled the key and it was not ended at a place of the log; None if
    the log knows of no such enrolment.
    """
    stands: bool | None = None
    for one in case.log.of(*ENROLLED, *ENDED, account=owner):
        if one.seq >= at:
            break
        if one.fact in ENROLLED and one.details.get("key") == name:
            stands = True
        elif one.fact in ENDED and name in (one.details.get("key"), one.details.get("was")):
            stands = False
    return stands

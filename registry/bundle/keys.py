"""Personal keys: which was whose, and when."""

from __future__ import annotations

import hashlib

from registry.bundle.case import Case
from registry.bundle.strict import unbase64
from registry.bundle.told import Event
from registry.clock import moment
from registry.log.signature import key_id


def key_of(case: Case, name: str) -> bytes | None:
    """The public key by its id, if it has that id."""
    for one in case.record.keys:
        public = unbase64(one.public, "a public key")
        if one.id == name and len(public) == 32 and key_id(public) == name:
            return public
    return None


def enrolled(case: Case, owner: str, public: bytes, before: int) -> bool:
    """Whether the log tells that ``owner`` enrolled this very key, and that it became active."""
    name = key_id(public)
    told = {"account": owner, "key": name, "public": f"sha256:{hashlib.sha256(public).hexdigest()}"}
    rotated = case.log.first("key.rotated", **told)
    made = case.log.first("key.enrolled", **told)
    active = rotated or (made and case.log.first("key.approved", account=owner, key=name))
    return active is not None and active.seq < before


def ended(case: Case, owner: str, name: str, at: Event) -> bool:
    """Whether a key was over at an event, or known later to have been stolen by then."""
    if any(one.seq < at.seq for one in case.log.of("key.rotated", account=owner, old=name)):
        return True
    for one in case.log.of("key.revoked", "key.destroyed", account=owner, key=name):
        stolen = one.details.get("compromised")
        if one.seq < at.seq or (stolen is not None and moment(str(stolen)) <= at.time):
            return True
    return False

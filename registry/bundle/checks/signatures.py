"""Personal signatures hold, by keys their owners had enrolled and not revoked."""

from collections.abc import Iterator

from registry.bundle.case import Case
from registry.bundle.keys import in_force, key_of
from registry.bundle.problem import Found, Problem, Unchecked
from registry.bundle.record import SignedStatement
from registry.bundle.state import decided
from registry.bundle.strict import unbase64
from registry.bundle.told import Event
from registry.log.signature import verify
from registry.policy.body import decision_body

TITLE = "personal signatures"


def check(case: Case) -> Found:
    """Over the very text of each statement; absent ones only where no policy requires them."""
    if case.submitted is None:
        return
    required = decision_body(decided(case, case.submitted)).get("signatures") == "required"
    unsigned = 0
    for what, statement, event in _signed(case):
        if statement.signature is None or statement.key is None:
            unsigned += 1
            if required:
                yield Problem("signature-missing", f"{what} has no personal signature")
            continue
        yield from _one(case, what, statement, event)
    if unsigned:
        yield Unchecked(f"{unsigned} statements bear no personal signature")


def _signed(case: Case) -> Iterator[tuple[str, SignedStatement, Event]]:
    for event in case.signed:
        found = case.signoffs.get(str(event.details.get("statement")))
        if found is not None:
            yield f"the sign-off of event {event.seq}", found[0], event
    for name, (statement, _, granted) in case.waivers.items():
        if granted is not None:
            yield name, statement, granted


def _one(case: Case, what: str, statement: SignedStatement, event: Event) -> Found:
    public = key_of(case, str(statement.key))
    if public is None:
        yield Problem("key-unknown", f"{what} is signed by the key {statement.key}, not in it")
        return
    value = unbase64(statement.signature, what)
    if not verify(public, value, statement.statement.encode()):
        yield Problem("personal-signature", f"the signature of {what} does not hold")
    stands = in_force(case, str(statement.key), event.actor, event.seq)
    if stands is None:
        yield Problem("key-unknown", f"{event.actor} never enrolled the key of {what}")
    elif not stands:
        yield Problem("key-revoked", f"the key of {what} was not in force at event {event.seq}")

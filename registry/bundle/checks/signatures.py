"""Personal signatures hold, by keys their owners had enrolled and not revoked."""

from collections.abc import Iterator

from registry.bundle.case import Case, digest_text
from registry.bundle.keys import ended, enrolled, key_of
from registry.bundle.problem import Found, Problem, Unchecked
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
    for text, event in (*_signed(case), *_budgets(case)):
        if {"key", "signature"} & event.details.keys():
            yield from _one(case, text, event)
        elif required and not event.fact.startswith("budget."):
            yield Problem("signature-missing", f"event {event.seq} has no personal signature")
        else:
            unsigned += 1
    if unsigned:
        yield Unchecked(f"{unsigned} statements bear no personal signature")


def _signed(case: Case) -> Iterator[tuple[str, Event]]:
    """Every signed text with its event; approvals, waivers that counted, deputies."""
    texts = {str(event.details.get("statement")): event for event in case.signed}
    for digest, text in zip(case.signoffs, case.record.signoffs, strict=True):
        if digest in texts:
            yield text, texts[digest]
    for stated in (*case.waivers.values(), *case.deputies.values()):
        if stated.event is not None:
            yield stated.text, stated.event


def _budgets(case: Case) -> Iterator[tuple[str, Event]]:
    """Both texts of every budget with their events. No policy of one release speaks of them."""
    ledger = case.record.ledger
    for one in ledger.budgets if ledger else ():
        for text, fact in (
            (one.declaration, "budget.proposed"),
            (one.signature, "budget.declared"),
        ):
            event = case.log.first(fact, statement=digest_text(text))
            if event is not None:
                yield text, event


def _holds(public: bytes, signature: object, text: str) -> bool:
    return isinstance(signature, str) and verify(
        public, unbase64(signature, "a signature"), text.encode()
    )


def _one(case: Case, text: str, event: Event) -> Found:
    name = str(event.details.get("key"))
    public = key_of(case, name)
    if public is None:
        yield Problem("key-unknown", f"event {event.seq} is signed by {name}, which is not there")
        return
    if not _holds(public, event.details.get("signature"), text):
        yield Problem("personal-signature", f"the signature of event {event.seq} does not hold")
    if not enrolled(case, event.actor, public, event.seq):
        yield Problem("key-unknown", f"{event.actor} had not enrolled the key of event {event.seq}")
    elif ended(case, event.actor, name, event):
        yield Problem("key-revoked", f"the key of event {event.seq} was not in force")

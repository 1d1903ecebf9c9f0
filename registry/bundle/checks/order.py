"""Things happened in an order in which they can happen."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem

TITLE = "submitted, signed, approved, released in turn"

_CLOSING = (
    "request.rejected",
    "request.returned",
    "request.voided",
    "request.lapsed",
    "request.withdrawn",
)


def check(case: Case) -> Found:
    """Each step once and after the one before it, and nothing closed the request meanwhile."""
    for fact in ("request.submitted", "release.granted"):
        if len(list(case.about_request(fact))) > 1:
            yield Problem("order", f"{case.request} has several events {fact}")
    once = [*case.about_version("dataset.registered")]
    added = [*case.log.of("source.added", source=case.record.source.name)]
    if len(once) > 1 or len(added) > 1:
        yield Problem("order", f"{case.label} or its source was recorded twice")
    steps = [case.registered, case.submitted, *case.signed, case.approved, case.granted]
    places = [one.seq for one in steps if one is not None]
    if places != sorted(places):
        yield Problem("order", "registered, submitted, signed, approved and released out of turn")
    if case.granted and not case.approved:
        yield Problem("approval-missing", f"{case.request} was released and never approved")
    last = case.granted or case.approved
    for one in case.about_request(*_CLOSING):
        if last is not None and one.seq < last.seq:
            yield Problem("request-closed", f"{one.fact} (event {one.seq}) before event {last.seq}")

"""No event about the release is left out."""

from collections.abc import Iterator

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem

TITLE = "no event left out"

_SIGNED = ("request.signed", "request.rejected", "request.returned", "signoff.retracted")


def check(case: Case) -> Found:
    """The log itself says which events the bundle holds; and each thing was told of."""
    yield from _listed(case)
    for fact in _lacking(case):
        yield Problem("event-missing", f"no event {fact} is in the bundle")


def _listed(case: Case) -> Found:
    """By the event with which the bundle was made, whose own place is the last."""
    told = [one for one in case.about_version("bundle.created") if one.request == case.request]
    here = [one.seq for one in case.log.events]
    if not told or told[-1].seq != here[-1]:
        yield Problem("event-missing", "the last event is not the one that made the bundle")
    elif told[-1].details.get("events") != here[:-1]:
        yield Problem("event-missing", "the events are not those the log lists for the bundle")


def _lacking(case: Case) -> Iterator[str]:
    found = {
        "dataset.registered": case.registered,
        "source.added": case.log.first("source.added", source=case.record.source.name),
        "request.submitted": case.submitted,
        "request.approved": case.approved,
    }
    if case.record.about.release:
        found["release.granted"] = case.granted
    elif case.granted is not None:
        yield "for a bundle without a release"
    yield from (fact for fact, event in found.items() if event is None)
    told = {one.details.get("statement") for one in case.about_request(*_SIGNED)}
    yield from (f"request.signed for {one}" for one in case.signoffs if one not in told)
    published = {one.details.get("digest") for one in case.log.of("policy.published")}
    yield from (f"policy.published for {one}" for one in case.library if one not in published)
    measured = {one.details.get("evaluation") for one in case.about_version("dataset.evaluated")}
    yield from (f"dataset.evaluated for {one}" for one in case.evaluations if one not in measured)
    for stated in (case.waivers, case.deputies):
        yield from (f"that tells of {name}" for name, one in stated.items() if not one.event)

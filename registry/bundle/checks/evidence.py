"""The evidence is what was recorded, all of it, and of this data."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem
from registry.bundle.told import Event

TITLE = "evidence as it was recorded"


def check(case: Case) -> Found:
    """An evaluation for every event that tells of one that policies read, of these very tables."""
    told = [*case.about_version("dataset.evaluated")]
    digests = {one.details.get("evaluation") for one in told}
    for digest in case.evaluations:
        if digest not in digests:
            yield Problem("evidence-altered", f"no event tells of the evaluation {digest}")
    for event in told:
        yield from _one(case, event)


def _one(case: Case, event: Event) -> Found:
    digest = str(event.details["evaluation"])
    facts = case.evaluations.get(digest)
    if facts is None:
        if event.details["admissible"] is True:
            yield Problem("evidence-missing", f"the evaluation of event {event.seq} is not there")
        return
    if facts["admissible"] is not event.details["admissible"]:
        yield Problem("evidence-altered", f"event {event.seq} says otherwise what may be read")
    if facts["synthetic"] != case.record.dataset.content:
        yield Problem("evidence-foreign", f"the evaluation of event {event.seq} is of other data")
    source = case.log.first("source.added", source=case.record.source.name)
    if source is None:
        return
    tables = {name: source.details.get(name) for name in ("training", "holdout")}
    if tables != {name: facts[name] for name in tables}:
        yield Problem("evidence-foreign", f"event {event.seq} measured with other real tables")

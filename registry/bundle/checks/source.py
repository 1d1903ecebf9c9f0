"""The source's classification was settled before the request."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem

TITLE = "source confirmed as it was recorded"


def check(case: Case) -> Found:
    """A steward confirmed the classification that policies match on, and nobody withdrew it."""
    name = case.record.source.name
    added = case.log.first("source.added", source=name)
    for one in case.log.of("source.confirmed", source=name):
        if added and one.details.get("classification") != added.details.get("classification"):
            yield Problem("source-differs", f"event {one.seq} confirms another classification")
        if added and one.seq < added.seq:
            yield Problem("order", f"event {one.seq} confirms a source that was not there yet")
    last = case.granted or case.approved
    withdrawn = [*case.log.of("source.withdrawn", source=name)]
    for one in (*withdrawn, *case.about_version("dataset.withdrawn")):
        if last is not None and one.seq < last.seq:
            yield Problem(
                "source-withdrawn", f"{one.fact}, event {one.seq}, before event {last.seq}"
            )

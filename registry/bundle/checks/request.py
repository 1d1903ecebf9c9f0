"""The request is the one that was submitted, by somebody who may."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem

TITLE = "request as it was submitted"


def check(case: Case) -> Found:
    """About this version, and every later step about the same decision."""
    told = case.submitted
    if told is None:
        return
    for one in (*case.moments, *([case.approved] if case.approved else [])):
        if one.dataset != case.label:
            yield Problem("request-differs", f"event {one.seq} is about {one.dataset}")
        if one.details.get("decision") != told.details.get("decision"):
            yield Problem("request-differs", f"event {one.seq} is about another decision")
    if told.details.get("decision") != case.decision.get("digest"):
        yield Problem("request-differs", "the recorded decision is not the one submitted")

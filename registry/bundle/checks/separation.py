"""Nobody who signed had a hand in what was signed."""

from registry.bundle.case import Case
from registry.bundle.counting import making, ties
from registry.bundle.problem import Found, Problem

TITLE = "separation of duties"


def check(case: Case) -> Found:
    """For every signature, and for the release."""
    if case.submitted is None or case.registered is None:
        return
    for event in case.signed:
        yield from ties(case, event)
    if case.granted is not None:
        for tie in making(case, case.granted.actor, case.granted):
            yield Problem("releaser-counted", tie.what)

"""A bundle whose signers proved nobody's identity says so."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem

TITLE = "demonstration labelled as one"

UNPROVEN = ("unauthenticated", "none")


def unproven(case: Case) -> bool:
    """Whether somebody acted without having proven who they are."""
    steps = (*case.moments, case.approved, case.registered)
    return any(one and one.authentication.startswith(UNPROVEN) for one in steps)


def check(case: Case) -> Found:
    """The statement carries the watermark exactly where it must."""
    if unproven(case) and case.opened.watermark is None:
        yield Problem("watermark-missing", "sign-offs are unauthenticated, and it does not say so")

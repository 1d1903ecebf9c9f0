"""The sign-offs fill the quorum that the policies ask for, counted anew."""

from collections import Counter

from registry.bundle.case import Case
from registry.bundle.counting import counted
from registry.bundle.problem import Found, Problem
from registry.bundle.state import decided

TITLE = "quorum of distinct people"


def check(case: Case) -> Found:
    """Each person once, in one role, and none whom separation keeps out."""
    if case.submitted is None:
        return
    signers = Counter(one.actor for one in case.signed)
    for actor, times in signers.items():
        if times > 1:
            yield Problem("counted-twice", f"{actor} signed {case.request} {times} times")
    held = Counter(str(one.details["role"]) for one in counted(case))
    for role, least in decided(case, case.submitted).quorum.items():
        if held[role] < least:
            yield Problem("quorum-missing", f"{held[role]} of {least} sign-offs as {role} count")

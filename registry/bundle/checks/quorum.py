"""The sign-offs fill the quorum that the policies ask for, counted anew."""

from collections import Counter

from registry.bundle.case import Case
from registry.bundle.counting import counted
from registry.bundle.people import persons
from registry.bundle.problem import Found, Problem
from registry.bundle.state import decided

TITLE = "quorum of distinct people"


def check(case: Case) -> Found:
    """At the approval and at the release: each person once, and none whom separation keeps out."""
    if case.submitted is None:
        return
    signers = Counter(who for one in case.signed for who in persons(case, one))
    for who, times in signers.items():
        if times > 1:
            yield Problem("counted-twice", f"{who} signed {case.request} {times} times")
    quorum = decided(case, case.submitted).quorum
    for at in (case.approved, case.granted):
        if at is None:
            continue
        held = Counter(str(one.details["role"]) for one in counted(case, at))
        for role, least in quorum.items():
            if held[role] < least:
                what = f"{held[role]} of {least} sign-offs as {role} count at event {at.seq}"
                yield Problem("quorum-missing", what)

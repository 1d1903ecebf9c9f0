"""The log's key is the one the auditor trusts."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Unchecked

TITLE = "signed by the trusted key"


def check(case: Case) -> Found:
    """Without a key from elsewhere a bundle vouches for itself, which anybody's can."""
    if not case.held.trusted:
        yield Unchecked(
            f"UNTRUSTED KEY: signed by {case.opened.log}, which the bundle itself names; "
            "compare it with the log's public key from another source (--trust)",
            demanded=True,
        )

"""The data file, if it is there, is the one that was released."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem, Unchecked

TITLE = "data file"


def check(case: Case) -> Found:
    """Its SHA-256 against the record, which the other checks tie to the log."""
    found = case.held.sha256
    if found is None:
        yield Unchecked("no data file was given (--data)")
    elif f"sha256:{found}" != case.record.dataset.file:
        yield Problem("data-differs", f"{case.record.dataset.file} was released, not this file")

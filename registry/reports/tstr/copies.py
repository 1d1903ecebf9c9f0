"""Copies of real rows in a synthetic table, which make every score of utility look good."""

from __future__ import annotations

from registry.reports.facts import VersionFacts
from registry.reports.measurements import readings, worst
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE, between, figure

METRIC = "privacy.exact_match.excess"


def copied(facts: VersionFacts) -> tuple[str, ...]:
    """What to know where more rows than chance gives are copies; nothing where none is shown."""
    one = worst(readings(facts), METRIC)
    found = one.measurement if one else None
    if found is None or found.value is None or found.low is None or found.low <= 0:
        return ()
    return (
        f"Rows of it are copies of real training rows: a share of {figure(found.value)} beyond "
        f"chance (interval {between(found.low, found.high)}). It scores like real data because "
        "part of it is real data, and the scores say nothing of what the generator learnt.",
    )


def unknown(facts: VersionFacts) -> tuple[str, ...]:
    """What to know where nobody can tell whether its rows are copies."""
    one = worst(readings(facts), METRIC)
    if one and one.measured:
        return ()
    state = NOT_MEASURABLE if one else NOT_EVALUATED
    return (f"Whether its rows are copies of real ones is {state}: copies would score well here.",)

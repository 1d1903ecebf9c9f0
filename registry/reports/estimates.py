"""Figures in one cell each: the value with its interval and its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isfinite
from typing import Final

from registry.policy.engine import Finding
from registry.policy.wording import read_by
from registry.reports.facts import DecisionFacts, Estimate, MeasurementFacts, Place
from registry.reports.numbers import NOT_MEASURABLE, count, observed
from registry.reports.table import Table, table

CLAIMED: Final = {
    "dp.epsilon": "epsilon",
    "dp.delta": "delta",
    "dp.lower_bound": "epsilon",
    "dp.contradicted": "audits",
    "source.exposed_epsilon": "epsilon",
    "source.exposed_delta": "delta",
    "source.run_epsilon": "epsilon",
    "source.run_delta": "delta",
    "source.budget_used": "of the budget",
}
"""Units of what is claimed or added up; what is measured says its own."""
_LEVEL: Final = re.compile(r"-(\d\d)$")


def place(finding: Finding) -> Place | None:
    """Where the figure stands that decided; None where a rule compared no number with a limit."""
    number = isinstance(finding.observed, float) and isfinite(finding.observed)
    if not number or finding.margin is None or finding.evidence_id is None:
        return None
    return finding.evidence_id, read_by(finding.message), finding.scope


def seen(finding: Finding, decision: DecisionFacts) -> str:
    """The value, its interval in brackets unless it is exact, and the unit."""
    found = _estimate(finding, decision)
    if found is None:
        unit = CLAIMED.get(read_by(finding.message), "") if finding.margin is not None else ""
        return f"{observed(finding.observed, finding.margin)} {unit}".strip()
    ends = f" [{_end(found.low, finding)}, {_end(found.high, finding)}]" if _sampled(found) else ""
    return f"{_end(found.value, finding)}{ends} {found.unit}"


def limit(finding: Finding, decision: DecisionFacts) -> str:
    """What is demanded, and of which end of the interval where it is not of the value."""
    found = _estimate(finding, decision)
    if found is None or finding.observed == found.value or not _sampled(found):
        return finding.expected
    end = "upper" if finding.observed == found.high else "lower"
    return f"{finding.expected}, at the {end} end"


def heading(decision: DecisionFacts) -> str:
    """``Observed [95% interval]``, or ``Observed`` where nothing has an interval."""
    found = (_estimate(one, decision) for one in decision.findings)
    return f"Observed{bracketed(one for one in found if one)}"


def bracketed(found: Iterable[Estimate | MeasurementFacts]) -> str:
    """What stands in brackets: `` [95% interval]``; nothing where every value is exact."""
    methods = [one.interval for one in found if _sampled(one)]
    levels = {level[1] if (level := _LEVEL.search(one)) else "" for one in methods}
    if not levels:
        return ""
    return (
        f" [{levels.pop()}% interval]" if len(levels) == 1 and "" not in levels else " [interval]"
    )


def figures(found: Iterable[MeasurementFacts]) -> Table | None:
    """Measurements without a rule that read them, privacy first; None where there are none."""
    every = sorted(found, key=lambda one: not one.metric.startswith("privacy."))
    rows = tuple((one.title, _worded(one), _n(one), _better(one)) for one in every)
    heads = f"Measure | Value{bracketed(every)} # | n # | Better"
    return table("Measured of the whole table", heads, rows, len(rows)) if rows else None


def _worded(found: MeasurementFacts) -> str:
    if found.value is None:
        return f"{NOT_MEASURABLE}: {found.cause or 'no cause was recorded'}"
    ends = f" [{_short(found.low)}, {_short(found.high)}]" if _sampled(found) else ""
    return f"{_short(found.value)}{ends} {found.unit}"


def _n(found: MeasurementFacts) -> str:
    return "none stated" if found.n is None else count(found.n)


def _better(found: MeasurementFacts) -> str:
    return found.direction if found.direction in ("higher", "lower") else "neither"


def _estimate(finding: Finding, decision: DecisionFacts) -> Estimate | None:
    """The figure that decided; None where it is not the one that is stored there."""
    at = place(finding)
    found = decision.measured.get(at) if at else None
    return found if found and finding.observed in (found.value, found.low, found.high) else None


def _sampled(found: Estimate | MeasurementFacts) -> bool:
    return found.interval != "exact" and found.low is not None and found.high is not None


def _end(number: float | None, finding: Finding) -> str:
    """One of the three numbers; the compared one never reads on the wrong side of the limit."""
    return observed(number, finding.margin) if number == finding.observed else _short(number)


def _short(number: float | None) -> str:
    """Four significant digits, or as many as keep it apart from 0 and 1."""
    room = None if number is None else min(abs(number), abs(1 - number))
    return f"{number:g}" if room == 0 else observed(number, room)

"""Whether two measurements of one metric differ by more than chance explains.

Sampled metrics: the interval of the difference from the two intervals, by Zou and Donner's "square
and add" (Statistics in Medicine 27, 2008): with values a, b and intervals (la, ua), (lb, ub), the
difference b - a lies between ``b - a - sqrt((b - lb)^2 + (ua - a)^2)`` and
``b - a + sqrt((ub - b)^2 + (a - la)^2)``. It takes the two as independent. Versions that were
measured on the same real rows go up and down together, so the interval is then too wide rather than
too narrow, and what it calls a difference is one.

Exact metrics have no interval. There, chance is told by the ceiling, the same metric between two
real tables: a difference counts when it is larger than both ceilings fall short of a perfect score.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from registry.reports.facts import MeasurementFacts
from registry.reports.measurements import ceiling, lower_is_better

Verdict = Literal["better", "worse", "within noise", "cannot be told"]


@dataclass(frozen=True)
class Difference:
    """``change`` is second minus first, with its interval where there is one."""

    change: float | None
    low: float | None
    high: float | None
    verdict: Verdict


UNTOLD = Difference(None, None, None, "cannot be told")


def difference(first: MeasurementFacts, second: MeasurementFacts) -> Difference:
    """How the second differs from the first; "cannot be told" where either was not measured, or
    the two are of different definitions, sets of parameters or units.
    """
    if first.value is None or second.value is None or not _alike(first, second):
        return UNTOLD
    change = second.value - first.value
    if first.interval == "exact" or second.interval == "exact":
        return Difference(change, None, None, _exact(change, first, second))
    ends = _square_and_add(first, second)
    if ends is None:
        return Difference(change, None, None, "cannot be told")
    low, high = ends
    beyond = low > 0 or high < 0
    return Difference(change, low, high, _way(change, first) if beyond else "within noise")


def _alike(first: MeasurementFacts, second: MeasurementFacts) -> bool:
    return (first.definition, first.unit, first.direction) == (
        second.definition,
        second.unit,
        second.direction,
    )


def _square_and_add(
    first: MeasurementFacts, second: MeasurementFacts
) -> tuple[float, float] | None:
    ends = (first.low, first.value, first.high, second.low, second.value, second.high)
    if any(end is None for end in ends):
        return None
    la, a, ua, lb, b, ub = (float(end or 0.0) for end in ends)
    return b - a - sqrt((b - lb) ** 2 + (ua - a) ** 2), b - a + sqrt((ub - b) ** 2 + (a - la) ** 2)


def _exact(change: float, first: MeasurementFacts, second: MeasurementFacts) -> Verdict:
    if change == 0:
        return "within noise"
    tops = [top for top in (ceiling(first), ceiling(second)) if top is not None]
    if len(tops) < 2:
        return "cannot be told"
    short = max(abs(1 - top) for top in tops)
    return _way(change, first) if abs(change) > short else "within noise"


def _way(change: float, of: MeasurementFacts) -> Verdict:
    if of.direction not in ("higher", "lower"):
        return "cannot be told"
    return "better" if (change < 0) == lower_is_better(of) else "worse"

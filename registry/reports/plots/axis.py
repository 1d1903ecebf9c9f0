"""An axis: a title with its unit, and round marks that hold every value drawn on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite, log, log10
from typing import Final

from registry.reports.numbers import count

STEPS: Final = (1.0, 2.0, 5.0, 10.0)
MARKS: Final = 5


@dataclass(frozen=True)
class Axis:
    """From the first to the last of at least two rising ``ticks``; ``log`` for ratios."""

    title: str
    ticks: tuple[float, ...]
    log: bool = False

    def at(self, value: float) -> float:
        """How far along the axis, from 0 to 1; what lies beyond an end is put at that end."""
        low, high = self.ticks[0], self.ticks[-1]
        inside = min(max(value, low), high)
        if self.log:
            return log(inside / low) / log(high / low)
        return (inside - low) / (high - low)


SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def written(tick: float) -> str:
    """A mark as people write it; thousands with commas."""
    return count(int(tick)) if tick == int(tick) and abs(tick) >= 1000 else f"{tick:.6g}"


def linear(title: str, values: Iterable[float]) -> Axis:
    """An axis with about five marks at a 1, 2 or 5 of their size; infinities are left out."""
    known = [value for value in values if isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    wide = (high - low) or abs(high) or 1.0
    size = 10.0 ** floor(log10(wide / MARKS))
    step = next(each * size for each in STEPS if wide / (each * size) <= MARKS)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    last = max(last, first + 1)
    return Axis(title, tuple(float(f"{place * step:.12g}") for place in range(first, last + 1)))


def logarithmic(title: str, values: Iterable[float]) -> Axis:
    """An axis on which equal distances are equal factors; for values above 0."""
    known = [value for value in values if isfinite(value) and value > 0] or [1.0]
    sizes = range(floor(log10(min(known))) - 1, ceil(log10(max(known))) + 2)
    marks = [float(f"{each * 10.0**size:.12g}") for size in sizes for each in STEPS[:3]]
    below = max(mark for mark in marks if mark < min(known))
    above = min(mark for mark in marks if mark > max(known))
    kept = [mark for mark in marks if below <= mark <= above]
    if len(kept) > 2 * MARKS:
        kept = [mark for mark in kept if mark in (below, above) or f"{mark:e}".startswith("1.0")]
    return Axis(title, tuple(kept), log=True)

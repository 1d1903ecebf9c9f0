"""What is simulated: an interval in a regime, drawn many times, against a truth that is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from zlib import crc32

import numpy as np

Bounds = tuple[float, float]
LOW, HIGH = 0.93, 0.97
ROUNDING = 1e-12


@dataclass(frozen=True)
class Case:
    """``draw(rng)`` gives one interval and the truth it should hold.

    ``truth`` says how that is known. A ``cautious`` interval is stated to cover more, by the
    nature of the method in this regime: it has no upper limit to its coverage.
    """

    method: str
    regime: str
    draws: int
    draw: Callable[[np.random.Generator], tuple[Bounds, float]]
    truth: str = "exact"
    cautious: bool = False

    @property
    def name(self) -> str:
        return f"{self.method}: {self.regime}"

    @property
    def allowance(self) -> float:
        """Two standard errors of a coverage of 95 per cent found by so many draws."""
        return 2 * sqrt(0.95 * 0.05 / self.draws)


@dataclass(frozen=True)
class Coverage:
    """Shares of draws whose truth lay below the interval, and above it."""

    below: float
    above: float

    @property
    def inside(self) -> float:
        return 1 - self.below - self.above


def coverage(case: Case) -> Coverage:
    """Draw from a seed of the case's own."""
    rng = np.random.default_rng(crc32(case.name.encode()))
    below = above = 0
    for _ in range(case.draws):
        (low, high), truth = case.draw(rng)
        assert low <= high, case.name
        below += truth < low - ROUNDING
        above += truth > high + ROUNDING
    return Coverage(below / case.draws, above / case.draws)

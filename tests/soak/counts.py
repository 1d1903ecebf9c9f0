"""Intervals of shares that are counted: binomial draws, the truth being their probabilities.

Coverage of a count jumps up and down with its probability, so that is drawn too, from the band
that the regime names.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evaluators.intervals import Z, bonett_price, newcombe, wilson
from evaluators.residual import residual_risk
from tests.soak.case import Bounds, Case

Draw = Callable[[np.random.Generator], tuple[Bounds, float]]
Band = tuple[float, float]
DRAWS = 10_000


def one_share(method: Callable[[int, int], Bounds], n: int, band: Band) -> Draw:
    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        p = rng.uniform(*band)
        return method(int(rng.binomial(n, p)), n), p

    return draw


def difference(n: int, m: int, band: Band, gap: float) -> Draw:
    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        q = rng.uniform(*band)
        p = q + gap
        return newcombe(int(rng.binomial(n, p)), n, int(rng.binomial(m, q)), m), p - q

    return draw


def paired(n: int, first: float, second: float) -> Draw:
    """Rows on which only the first attack is right, only the second, or both or none."""

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        one, other, _ = rng.multinomial(n, [first, second, 1 - first - second])
        centre, variance = bonett_price(int(one), int(other), n)
        half = Z * np.sqrt(variance)
        return (centre - half, centre + half), first - second

    return draw


def risk(n: int, attack: float, control: float) -> Draw:
    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        found = residual_risk(int(rng.binomial(n, attack)), int(rng.binomial(n, control)), n)
        return (found.low, found.high), (attack - control) / (1 - control)

    return draw


CASES = [
    *(
        Case("wilson-95", f"n {n}, share {low} to {high}", DRAWS, one_share(wilson, n, (low, high)))
        for n, low, high in (
            (100, 0.05, 0.95),
            (500, 0.01, 0.05),
            (2000, 0.005, 0.1),
            (30, 0.2, 0.8),
        )
    ),
    *(
        Case(
            "newcombe-95",
            f"n {n} and {m}, second share {band[0]} to {band[1]}, difference {gap}",
            DRAWS,
            difference(n, m, band, gap),
        )
        for n, m, band, gap in (
            (500, 500, (0.01, 0.05), 0.0),
            (500, 300, (0.1, 0.5), 0.2),
            (2000, 2000, (0.9, 0.97), 0.01),
        )
    ),
    *(
        Case(
            "bonett-price-95",
            f"n {n}, discords {first} and {second}",
            DRAWS,
            paired(n, first, second),
        )
        for n, first, second in ((300, 0.05, 0.05), (2000, 0.01, 0.005), (2000, 0.3, 0.1))
    ),
    *(
        Case("koopman-95", f"n {n}, attack {a}, control {c}", DRAWS, risk(n, a, c))
        for n, a, c in ((2000, 0.05, 0.02), (2000, 0.5, 0.3), (500, 0.9, 0.8), (200, 0.3, 0.1))
    ),
    Case(
        "koopman-95",
        "n 2000, attack .1, control .1: a risk of 0 is a bound itself",
        DRAWS,
        risk(2000, 0.1, 0.1),
        cautious=True,
    ),
]

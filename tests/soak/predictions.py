"""Intervals of what a fixed model scores on test rows: normal scores, and numbers with noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evaluators.encode import Floats
from evaluators.utility import fairness, importance, scores
from tests.soak.case import Bounds, Case
from tests.soak.curves import normal_area

DRAWS = 4_000
Draw = Callable[[np.random.Generator], tuple[Bounds, float]]


def bounds(score: scores.Score) -> Bounds:
    return score.low, score.high


def classes(rng: np.random.Generator, n: int, means: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Classes in equal parts, and for each a column of scores that is higher for its rows."""
    truth = np.arange(n) % len(means)
    return truth, rng.normal(size=(n, len(means))) + np.diag(means)[truth]


def two(n: int, mean: float) -> Draw:
    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        truth = (np.arange(n) % 4 == 0).astype(int)
        chance = rng.normal(size=n) + mean * truth
        return bounds(scores.area(truth, np.column_stack([-chance, chance]))), normal_area(mean)

    return draw


def three(n: int, means: tuple[float, float, float]) -> Draw:
    expected = float(np.mean([normal_area(mean) for mean in means]))
    return lambda rng: (bounds(scores.area(*classes(rng, n, means))), expected)


def number(n: int, share: float) -> Draw:
    """A prediction that explains such a share of the variance, all normal."""

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        known = rng.normal(0, np.sqrt(share), n)
        truth = known + rng.normal(0, np.sqrt(1 - share), n)
        return bounds(scores.r2(truth, known[:, None])), share

    return draw


def compared(
    n: int,
    combine: Callable[[scores.Score, scores.Score], tuple[float, float, float]],
    truth: float,
) -> Draw:
    """Two models on the same rows, with means 1 and 1.5, whose scores have noise in common."""

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        positive = (np.arange(n) % 3 == 0).astype(int)
        common = rng.normal(0, np.sqrt(0.6), n)
        one, other = (
            scores.area(positive, np.column_stack([-chance, chance]))
            for chance in (
                common + rng.normal(0, np.sqrt(0.4), n) + mean * positive for mean in (1.0, 1.5)
            )
        )
        return combine(one, other)[1:], truth

    return draw


def agreeing(n: int, one: Floats, other: Floats) -> Draw:
    """Importances of features under two models: losses of rows are skewed, and go together."""
    truth = float(np.corrcoef(one, other)[0, 1])

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        common = rng.exponential(size=(n, len(one)))
        first, second = (
            mean * (0.5 * common + 0.5 * rng.exponential(size=common.shape))
            for mean in (one, other)
        )
        return importance.correlation(first, second)[1:], truth

    return draw


def changed_rates(n: int, m: int, better: list[float], worse: list[float]) -> Draw:
    """Two groups, in which such shares of rows are served worse, alike and better than before."""

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        groups = (
            rng.choice([-1.0, 0.0, 1.0], rows, p=shares)
            for rows, shares in ((n, better), (m, worse))
        )
        return fairness.of_rates(*groups), (better[2] - better[0]) - (worse[2] - worse[0])

    return draw


def changed_means(n: int, m: int) -> Draw:
    """Two groups of unlike size and spread."""

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        return fairness.of_means(rng.normal(0.1, 1, n), rng.normal(0, 3, m)), 0.1

    return draw


IMPORTANT = np.array([1.0, 0.6, 0.5, 0.3, 0.2, 0.1, 0.05, 0.0])

CASES = [
    *(
        Case(
            "jackknife-t-95",
            f"area of {n} rows, {normal_area(mean):.3f}",
            DRAWS,
            two(n, mean),
        )
        for n, mean in ((100, 0.5), (400, 1.5), (2000, 2.5))
    ),
    Case("jackknife-t-95", "mean area of three classes, 300 rows", DRAWS, three(300, (0.5, 1, 2))),
    *(
        Case("jackknife-t-95", f"R2 of {n} rows, {share}", DRAWS, number(n, share))
        for n, share in ((100, 0.3), (500, 0.6), (2000, 0.9))
    ),
    Case(
        "jackknife-t-95",
        "ratio of two areas, 300 rows",
        DRAWS,
        compared(300, scores.ratio, normal_area(1.0) / normal_area(1.5)),
    ),
    Case(
        "jackknife-t-95",
        "difference of two areas, 300 rows",
        DRAWS,
        compared(300, scores.difference, normal_area(1.0) - normal_area(1.5)),
    ),
    *(
        Case(
            "noncentral-chi2-95",
            f"importances of 8 features on {n} rows",
            DRAWS // 4,
            agreeing(n, IMPORTANT, IMPORTANT[[1, 0, 2, 4, 3, 5, 7, 6]]),
        )
        for n in (500, 2000)
    ),
    *(
        Case("bonett-price-95", f"rates of groups of {n} and {m}", DRAWS, changed_rates(n, m, *p))
        for n, m, *p in (
            (500, 200, [0.05, 0.85, 0.1], [0.1, 0.85, 0.05]),
            (100, 50, [0.03, 0.95, 0.02], [0.1, 0.8, 0.1]),
        )
    ),
    Case(
        "welch-t-95", "means of groups of 300 and 40, unlike spread", DRAWS, changed_means(300, 40)
    ),
]

"""Intervals of the ROC curve: normal scores, rounded scores, copies, and scores of attacks.

Normal scores have an area and a curve in closed form; so have steps of equal scores.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np
from scipy.special import ndtr, ndtri

from evaluators.base import Tables
from evaluators.encode import Floats
from evaluators.fidelity import detection
from evaluators.privacy import membership
from evaluators.quiet import quiet
from evaluators.roc import auc, tpr_at_fpr
from tests.soak.case import Bounds, Case
from tests.soak.worlds import mixed, tables

Sample: TypeAlias = Callable[[np.random.Generator, int], tuple[Floats, Floats]]
DRAWS = 4_000
STEPS = np.arange(9, -10, -1) - 0.5


def normal(mean: float, deviation: float = 1.0) -> Sample:
    return lambda rng, n: (rng.normal(mean, deviation, n), rng.normal(size=n))


def rounded(mean: float) -> Sample:
    return lambda rng, n: (np.round(rng.normal(mean, 1, n)), np.round(rng.normal(size=n)))


def copies(members: float, others: float) -> Sample:
    """Such shares of both sides have the highest score, of a copy; the rest are alike."""

    def sample(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        positives, negatives = rng.normal(size=n), rng.normal(size=n)
        positives[rng.random(n) < members] = negatives[rng.random(n) < others] = 9.0
        return positives, negatives

    return sample


def area(sample: Sample, n: int, truth: float) -> Callable[..., tuple[Bounds, float]]:
    return lambda rng: (auc(*sample(rng, n))[1:], truth)


def rate(sample: Sample, n: int, fpr: float, truth: float) -> Callable[..., tuple[Bounds, float]]:
    return lambda rng: (tpr_at_fpr(*sample(rng, n), fpr)[1:], truth)


def normal_area(mean: float, deviation: float = 1.0) -> float:
    return float(ndtr(mean / np.sqrt(1 + deviation**2)))


def rounded_area(mean: float) -> float:
    positives, negatives = -np.diff(ndtr(STEPS - mean)), -np.diff(ndtr(STEPS))
    below = negatives[::-1].cumsum()[::-1] - negatives / 2
    return float(positives @ below)


def normal_rate(mean: float, deviation: float, fpr: float) -> float:
    return float(ndtr((mean - ndtri(1 - fpr)) / deviation))


def rounded_rate(mean: float, fpr: float) -> float:
    return float(np.interp(fpr, ndtr(-STEPS), ndtr(mean - STEPS)))


def copied_rate(members: float, others: float, fpr: float) -> float:
    if fpr <= others:
        return members * fpr / others
    return members + (1 - members) * (fpr - others) / (1 - others)


@cache
def release() -> Tables:
    """A release of which a third are training rows, each with one value changed a little."""
    rng = np.random.default_rng(3)
    training, holdout, synthetic = mixed(rng, 10_000), mixed(rng, 20_000), mixed(rng, 10_000)
    copied = training.head(3_333).copy()
    copied["x"] += rng.normal(0, 0.02, len(copied))
    synthetic.iloc[: len(copied)] = copied
    return tables(training, holdout, synthetic)


@cache
def scores(attack: str) -> membership.Scored:
    return membership.ATTACKS[attack](release(), 7)


def of_release(attack: str, n: int, fpr: float | None) -> Callable[..., tuple[Bounds, float]]:
    """Rows drawn from all attacked rows of one release, whose own figure is the truth."""

    def figure(members: Floats, others: Floats) -> tuple[float, float, float]:
        return auc(members, others) if fpr is None else tpr_at_fpr(members, others, fpr)

    @cache
    def truth() -> float:
        return figure(scores(attack).members, scores(attack).others)[0]

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        every = scores(attack)
        members, others = rng.choice(every.members, n), rng.choice(every.others, n)
        return figure(members, others)[1:], truth()

    return draw


def told_apart(rng: np.random.Generator) -> tuple[Bounds, float]:
    """Equal tables, which no classifier can tell apart, whatever it has learnt."""
    given = tables(*(mixed(rng, 300) for _ in range(3)))
    with quiet(7):  # as in a run: one thread
        _, found = next(iter(detection.auc(given, int(rng.integers(2**32)))))
    return (found.low, found.high), 0.5


def unrelated(rng: np.random.Generator) -> tuple[Bounds, float]:
    """Three independent tables drawn afresh, attacked from end to end."""
    given = tables(*(mixed(rng, n) for n in (300, 600, 300)))
    found = dict(membership.mia_auc(given, int(rng.integers(2**32))))["density-ratio",]
    return (found.low, found.high), 0.5


CASES = [
    *(
        Case("delong-logit-95", f"{n} a side, normal, area {truth:.3f}", DRAWS, area(s, n, truth))
        for n, s, truth in (
            (100, normal(0), 0.5),
            (1000, normal(0), 0.5),
            (200, normal(0.5, 2), normal_area(0.5, 2)),
            (100, normal(1.5), normal_area(1.5)),
            (1000, normal(3.3), normal_area(3.3)),
        )
    ),
    *(
        Case(
            "delong-logit-95",
            f"200 a side, ten ties, area {rounded_area(mean):.3f}",
            DRAWS,
            area(rounded(mean), 200, rounded_area(mean)),
        )
        for mean in (0.5, 2.0)
    ),
    *(
        Case(
            "wilson-threshold-95",
            f"{n} a side, normal ({mean}, {deviation}), rate {fpr}",
            DRAWS if n <= 1000 else DRAWS // 4,
            rate(normal(mean, deviation), n, fpr, normal_rate(mean, deviation, fpr)),
            cautious=n * fpr == membership.FALSE,
        )
        for n, fpr in ((1000, 0.01), (10_000, 0.001), (10_000, 0.01))
        for mean, deviation in ((0.0, 1.0), (2.0, 1.0), (0.0, 2.0))
    ),
    *(
        Case(
            "wilson-threshold-95",
            f"{n} a side, ten ties, mean {mean}, rate {fpr}",
            DRAWS if n <= 1000 else DRAWS // 4,
            rate(rounded(mean), n, fpr, rounded_rate(mean, fpr)),
        )
        for n, fpr in ((1000, 0.01), (10_000, 0.001))
        for mean in (0.0, 1.0)
    ),
    *(
        Case(
            "wilson-threshold-95",
            f"10,000 a side, {members} of members and {others} of others copied, rate 0.001",
            DRAWS // 4,
            rate(copies(members, others), 10_000, 0.001, copied_rate(members, others, 0.001)),
        )
        for members, others in ((0.3, 0.02), (0.3, 0.0005), (1.0, 0.005), (0.02, 0.001))
    ),
    *(
        Case(
            "delong-logit-95",
            f"{attack} on one release, 500 of its rows a side",
            DRAWS,
            of_release(attack, 500, None),
        )
        for attack in membership.ATTACKS
    ),
    *(
        Case(
            "wilson-threshold-95",
            f"{attack} on one release, 2,000 of its rows a side, rate 0.01",
            DRAWS // 2,
            of_release(attack, 2_000, 0.01),
        )
        for attack in membership.ATTACKS
    ),
    Case("delong-logit-95", "density-ratio from end to end, unrelated tables", 1_000, unrelated),
    Case("delong-logit-95", "detection from end to end, 300 rows of equal tables", 400, told_apart),
]

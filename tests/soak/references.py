"""Intervals of what synthetic rows are to two references: copies, closest records, quantiles.

Three independent tables of one population have a truth by symmetry. For a release that copies, it
is the mean over 4,000 releases drawn before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np
import pandas as pd

from evaluators.base import Finding, Found, Tables
from evaluators.privacy import closest, exact_match, hamming, membership
from tests.soak.case import Bounds, Case
from tests.soak.worlds import discrete, mixed, tables

World: TypeAlias = Callable[[np.random.Generator, int], pd.DataFrame]
DRAWS, BEFORE = 1_000, 4_000


def unrelated(world: World, reference: int, synthetic: int) -> Callable[..., Tables]:
    """Training, holdout and synthetic rows of one population."""
    sizes = (reference, reference, synthetic)
    return lambda rng: tables(*(world(rng, n) for n in sizes))


def copying(world: World, reference: int, synthetic: int, share: float) -> Callable[..., Tables]:
    """The same, but each synthetic row is with this chance a training row, drawn for it."""

    def draw(rng: np.random.Generator) -> Tables:
        real, holdout, rest = (world(rng, n) for n in (reference, reference, synthetic))
        copied = real.iloc[rng.choice(reference, rng.binomial(synthetic, share))]
        return tables(real, holdout, pd.concat([copied, rest.iloc[len(copied) :]]))

    return draw


def measured(
    evaluator: Callable[..., Finding], made: Callable[..., Tables], truth: float | None
) -> Callable[..., tuple[Bounds, float]]:
    def found(rng: np.random.Generator) -> Found:
        _, figure = next(iter(evaluator(made(rng), int(rng.integers(2**32)))))
        assert isinstance(figure, Found)
        return figure

    @cache
    def expected() -> float:
        rng = np.random.default_rng(5)
        return float(np.mean([found(rng).value for _ in range(BEFORE)]))

    def draw(rng: np.random.Generator) -> tuple[Bounds, float]:
        figure = found(rng)
        return (figure.low, figure.high), expected() if truth is None else truth

    return draw


CASES = [
    *(
        Case(
            "bonett-price-occupancy-95",
            f"{n} references, {m} synthetic rows, unrelated",
            DRAWS,
            measured(exact_match.excess, unrelated(discrete, n, m), 0.0),
        )
        for n, m in ((300, 300), (600, 200), (300, 900))
    ),
    Case(
        "bonett-price-occupancy-95",
        "600 references, 400 synthetic rows, a tenth copied",
        DRAWS,
        measured(exact_match.excess, copying(discrete, 600, 400, 0.1), None),
        truth=f"mean of {BEFORE} draws",
    ),
    *(
        Case(
            method,
            f"{evaluator.__name__}, {n} references, {m} synthetic rows, {name}, unrelated",
            DRAWS,
            measured(evaluator, unrelated(world, n, m), truth),
        )
        for method, evaluator, truth in (
            ("wilson-clustered-95", closest.dcr_share, 0.5),
            ("wilson-clustered-95", closest.nndr, 0.5),
            ("wilson-clustered-95", hamming.hamming_share, 0.5),
            ("score-quantile-95", closest.tail, closest.TAIL),
        )
        for n, m in ((600, 600), (1200, 400))
        for name, world in (("mixed", mixed), ("discrete", discrete))
    ),
    *(
        Case(
            "wilson-clustered-95",
            f"{evaluator.__name__}, 600 references, 400 synthetic rows, mixed, a tenth copied",
            DRAWS,
            measured(evaluator, copying(mixed, 600, 400, 0.1), None),
            truth=f"mean of {BEFORE} draws",
        )
        for evaluator in (closest.dcr_share, hamming.hamming_share)
    ),
    Case(
        "delong-logit-95",
        "distance from end to end, 500 members, 400 synthetic rows, a tenth copied",
        DRAWS,
        measured(membership.mia_auc, copying(mixed, 500, 400, 0.1), None),
        truth=f"mean of {BEFORE} draws",
    ),
]

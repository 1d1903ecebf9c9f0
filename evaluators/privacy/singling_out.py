"""Singling out: predicates learnt from the synthetic table that fit exactly one real row.

Anonymeter's multivariate attack (Giomi et al. 2023, section 3.1). A predicate joins conditions on
three columns taken from one synthetic row, at or beyond its numbers and equal to its labels, and
is used if it fits exactly one distinct synthetic row. It succeeds if it fits exactly one distinct
row of the table attacked. The univariate attack is not run.

Where this differs from Anonymeter's evaluator: rates are over the predicates evaluated and not
over those asked for, and fewer than 100 are no measurement; training and holdout are cut
to the same number of distinct rows by a seeded draw, for its correction for unequal sizes counts
all predicates and not the successful ones; the baseline's predicates are drawn in a fixed order.

What is sampled: predicates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
from anonymeter.evaluators.singling_out_evaluator import multivariate_singling_out_queries

from evaluators.base import JSON, Finding, NotMeasurable, Tables
from evaluators.privacy.attacks import attacker_view, residual_risk

LIBRARIES = ("anonymeter", "polars", "numpy", "pandas")
COLUMNS = 3
PREDICATES = 500  # Anonymeter's default
FEWEST = 100  # Wilson's interval is then at most 9.6 points to a side, and the bound carries it
ATTEMPTS = 50_000  # a hundred tries a predicate; Anonymeter's default is ten million in all
NUMBER_TESTS = (np.equal, np.not_equal, np.greater, np.less, np.greater_equal, np.less_equal)
LABEL_TESTS = (np.equal, np.not_equal)


def singling_out(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for the whole table."""
    if len(tables.columns) < COLUMNS:
        raise NotMeasurable(f"predicates join {COLUMNS} columns, the tables have fewer")
    rng = np.random.default_rng(seed)
    real, holdout, synthetic = (frame.drop_duplicates() for frame in attacker_view(tables))
    size, wanted = min(len(real), len(holdout)), min(PREDICATES, tables.smallest)
    real, holdout = _draw(real, size, rng), _draw(holdout, size, rng)
    predicates = _predicates(synthetic, wanted, rng)
    made = len(predicates)
    if made < FEWEST:
        raise NotMeasurable(
            f"only {made} predicates single out a synthetic row, {FEWEST} are needed"
        )
    parameters: dict[str, JSON] = {
        "mode": "multivariate",
        "n_cols": COLUMNS,
        "max_attempts": ATTEMPTS,
        "n_requested": wanted,
        "distinct_rows": size,
    }
    yield (
        (),
        residual_risk(
            made,
            attack=_successes(real, predicates),
            baseline=_random_successes(real, synthetic, made, rng),
            control=_successes(holdout, predicates),
            parameters=parameters,
        ),
    )


def _draw(frame: pd.DataFrame, size: int, rng: np.random.Generator) -> pd.DataFrame:
    return frame if len(frame) == size else frame.iloc[rng.choice(len(frame), size, replace=False)]


def _predicates(synthetic: pd.DataFrame, wanted: int, rng: np.random.Generator) -> list[Any]:
    found = multivariate_singling_out_queries(
        df=pl.DataFrame(synthetic),
        n_queries=wanted,
        n_cols=COLUMNS,
        max_attempts=ATTEMPTS,
        rng=rng,
    )
    return list(found)


def _successes(frame: pd.DataFrame, predicates: list[Any]) -> int:
    counts = pl.DataFrame(frame).select(
        predicate.cast(pl.Int64).sum().alias(str(i)) for i, predicate in enumerate(predicates)
    )
    return sum(count == 1 for count in counts.row(0))


def _random_successes(
    real: pd.DataFrame, synthetic: pd.DataFrame, made: int, rng: np.random.Generator
) -> int:
    """Anonymeter's random predicates: any comparison with any value of the synthetic table."""
    values = {name: np.unique(synthetic[name].to_numpy()) for name in synthetic}
    real_values = {name: real[name].to_numpy() for name in real}
    names = list(values)
    successes = 0
    for _ in range(made):
        fits: npt.NDArray[np.bool_] = np.ones(len(real), dtype=bool)
        for at in rng.choice(len(names), COLUMNS, replace=False):
            known = values[names[at]]
            tests = LABEL_TESTS if known.dtype == object else NUMBER_TESTS
            test, value = tests[rng.integers(len(tests))], known[rng.integers(len(known))]
            fits &= test(real_values[names[at]], value).astype(bool)
        successes += int(fits.sum() == 1)
    return successes

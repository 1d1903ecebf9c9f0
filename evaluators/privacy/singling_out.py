"""Singling out: predicates learnt from the synthetic table that fit exactly one real row.

Anonymeter's two attacks (Giomi et al. 2023, section 3.1), of its version 1.1.

- Multivariate: a predicate joins conditions on three columns drawn at random, taken from one
  synthetic row drawn at random: at least its number if that lies above the median of the distinct
  synthetic rows, else at most; equal to its label; missing where it is. It is used if it fits
  exactly one distinct synthetic row and was not found before.
- Univariate: one condition. Equal to a value that one distinct synthetic row alone has; at or
  beyond the least or the greatest number, or missing, if one row alone is. Of these, as many as are
  wanted are drawn.

A predicate succeeds if it fits exactly one distinct row of the table attacked. The baseline's
predicates compare as many random columns with random values of the synthetic table by random
tests.

Where this differs from Anonymeter's evaluator: rates are over the predicates evaluated and not
over those asked for, and fewer than 100 are no measurement; training and holdout are cut
to the same number of distinct rows by a seeded draw, for its correction for unequal sizes counts
all predicates and not the successful ones; dates and ordinal values are ordered as numbers are,
where its condition on a date fits nothing; labels may hold any character.

What is sampled: predicates. The same ones are tried on training and holdout, which the interval of
the risk takes for independent.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from evaluators.base import Finding, NotMeasurable, Tables
from evaluators.encode import Codes
from evaluators.privacy.attacks import Successes, risk_found, strength_found
from evaluators.privacy.predicates import (
    AT_LEAST,
    AT_MOST,
    EQUAL,
    MISSING,
    Predicates,
    Ranks,
    Sorted,
    by_rank,
    distinct_ranks,
    fits,
    predicates,
)
from evaluators.shared import once_per_tables

LIBRARIES = ("numba", "numpy", "pandas")
COLUMNS = 3
PREDICATES = 500  # Anonymeter's default
FEWEST = 100  # Wilson's interval is then at most 9.6 points to a side, and the bound carries it
ATTEMPTS = 1_000_000  # two thousand tries a predicate; Anonymeter's default is ten million in all
BATCH = 5000

Flags = npt.NDArray[np.bool_]


def singling_out(tables: Tables, seed: int) -> Iterator[Finding]:
    """Residual risk of the multivariate attack, one finding for the whole table."""
    yield (), risk_found(_multivariate(tables, seed))


def strength(tables: Tables, seed: int) -> Iterator[Finding]:
    """Attack rate less baseline rate of the multivariate attack, for the whole table."""
    yield (), strength_found(_multivariate(tables, seed))


def univariate(tables: Tables, seed: int) -> Iterator[Finding]:
    """Residual risk of the univariate attack, one finding for the whole table."""
    yield (), risk_found(_univariate(tables, seed))


def univariate_strength(tables: Tables, seed: int) -> Iterator[Finding]:
    """Attack rate less baseline rate of the univariate attack, for the whole table."""
    yield (), strength_found(_univariate(tables, seed))


@once_per_tables
def _multivariate(tables: Tables, seed: int) -> Successes:
    if len(tables.columns) < COLUMNS:
        raise NotMeasurable(f"predicates join {COLUMNS} columns, the tables have fewer")
    return _attack(tables, seed, COLUMNS)


@once_per_tables
def _univariate(tables: Tables, seed: int) -> Successes:
    return _attack(tables, seed, 1)


def _attack(tables: Tables, seed: int, columns: int) -> Successes:
    rng = np.random.default_rng(seed)
    real, holdout, synthetic = distinct_ranks(tables)
    ordered = np.array([tables.kinds[name].ordered for name in tables.columns])
    size, wanted = min(real.shape[1], holdout.shape[1]), min(PREDICATES, tables.smallest)
    attacked, control = (by_rank(_draw(rows, size, rng)) for rows in (real, holdout))
    learn = rare_values if columns == 1 else rare_rows
    learnt = learn(synthetic, ordered, wanted, rng)
    if len(learnt) < FEWEST:
        raise NotMeasurable(
            f"only {len(learnt)} predicates single out a synthetic row, {FEWEST} are needed"
        )
    guessed = random_predicates(synthetic, ordered, len(learnt), columns, rng)
    return Successes(
        len(learnt),
        attack=_successes(attacked, learnt),
        baseline=_successes(attacked, guessed),
        control=_successes(control, learnt),
        parameters={
            "mode": "univariate" if columns == 1 else "multivariate",
            "n_cols": columns,
            "n_requested": wanted,
            "distinct_rows": size,
        }
        | ({} if columns == 1 else {"max_attempts": ATTEMPTS}),
    )


def _draw(rows: Ranks, size: int, rng: np.random.Generator) -> Ranks:
    if rows.shape[1] == size:
        return rows
    return rows[:, rng.choice(rows.shape[1], size, replace=False)]


def _successes(rows: Sorted, tried: Predicates) -> int:
    return int((fits(rows, tried) == 1).sum())


def rare_rows(
    synthetic: Ranks, ordered: Flags, wanted: int, rng: np.random.Generator
) -> Predicates:
    """Up to ``wanted`` different multivariate predicates that fit one synthetic row each."""
    middle = np.array([_median(values) for values in synthetic])  # (columns,)
    kept: dict[tuple[int, ...], None] = {}
    table = by_rank(synthetic)
    for _ in range(ATTEMPTS // BATCH):
        rows = rng.integers(synthetic.shape[1], size=BATCH)
        columns = _some_columns(len(synthetic), BATCH, COLUMNS, rng)
        values = synthetic[columns, rows[:, None]].astype(np.int64)
        single = fits(table, _beyond(columns, values, ordered, middle)) == 1
        drawn = np.hstack([columns, values])[single]
        kept |= dict.fromkeys(map(tuple, drawn.tolist()))
        if len(kept) >= wanted:
            break
    found = np.array(list(kept)[:wanted], dtype=np.int64).reshape(-1, 2 * COLUMNS)
    return _beyond(found[:, :COLUMNS], found[:, COLUMNS:], ordered, middle)


def _median(values: Ranks) -> int:
    """The lower median of the known values: no value lies between it and the median."""
    known = np.sort(values[values != MISSING])
    return int(known[(len(known) - 1) // 2]) if len(known) else 0


def _beyond(columns: Codes, values: Codes, ordered: Flags, middle: Codes) -> Predicates:
    outward = np.where(values > middle[columns], AT_LEAST, AT_MOST)
    tests = np.where(ordered[columns] & (values != MISSING), outward, EQUAL)
    return predicates(columns, values, tests)


def rare_values(
    synthetic: Ranks, ordered: Flags, wanted: int, rng: np.random.Generator
) -> Predicates:
    """Up to ``wanted`` univariate predicates that fit one synthetic row each, drawn from all."""
    every = np.array(
        [
            (column, value, test)
            for column, values in enumerate(synthetic)
            for value, test in _rare(values, bool(ordered[column]))
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    drawn = every[rng.permutation(len(every))[:wanted]]
    columns, values, tests = (drawn[:, [i]] for i in range(3))
    return predicates(columns, values, tests)


def _rare(values: Ranks, ordered: bool) -> list[tuple[int, int]]:
    """Values that one row alone has, and ends of an ordered column where one row alone is."""
    found, counts = np.unique(values, return_counts=True)
    single = found[counts == 1].tolist()
    tests = [(value, EQUAL) for value in single]
    known = found[found != MISSING]
    if ordered and len(known):
        ends = ((int(known[0]), AT_MOST), (int(known[-1]), AT_LEAST))
        tests += [(value, test) for value, test in ends if value in single]
    return tests


def random_predicates(
    synthetic: Ranks, ordered: Flags, made: int, conditions: int, rng: np.random.Generator
) -> Predicates:
    """Anonymeter's baseline: any test of any column with any value of the synthetic table."""
    columns = _some_columns(len(synthetic), made, conditions, rng)
    known = [np.unique(values) for values in synthetic]
    starts = np.cumsum([0] + [len(values) for values in known])
    at = rng.integers(np.array([len(values) for values in known])[columns])
    values = np.concatenate(known).astype(np.int64)[starts[columns] + at]
    tests = rng.integers(np.where(ordered, 6, 2)[columns])
    return predicates(columns, values, tests)


def _some_columns(columns: int, draws: int, size: int, rng: np.random.Generator) -> Codes:
    """``size`` different columns in rising order for each draw."""
    shuffled = rng.random((draws, columns)).argsort(axis=1)
    return np.sort(shuffled[:, :size], axis=1)

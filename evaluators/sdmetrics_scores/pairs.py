"""Column Pair Trends: correlation or contingency similarity of pairs associated in the real table.

Two continuous columns, by the difference of Pearson's r; other pairs, by the total variation of
the joint shares, continuous columns cut into ten bins of each table's own. A pair counts if |r|
exceeds .5, or Cramer's V exceeds .3, in the real table. SDMetrics puts a missing number into the
bin beyond the last, where the maximum alone is.
"""

from __future__ import annotations

from itertools import combinations
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from evaluators.base import Tables
from evaluators.counting import Cells, Correlation, Cut, cells, correlations
from evaluators.counting.base import Counts
from evaluators.counting.values import extents
from evaluators.encode import Floats
from evaluators.sdmetrics_scores.scores import Score, Sides
from evaluators.shared import once_per_tables

CORRELATED: Final = 0.5
ASSOCIATED: Final = 0.3
OWN: Final = Cut("own", 10)
LEFT_OUT: Final = Score(None, counted=False)
UNDEFINED: Final = Score(None)
Pair = tuple[Score, Score]


@once_per_tables
def pairs(tables: Tables) -> Sides:
    """The score of every pair for the synthetic table and for the holdout."""
    found: dict[tuple[str, str], Pair] = {}
    ways = list(combinations(tables.columns, 2))
    for cell in cells(tables, [way for way in ways if not _both_continuous(tables, way)], OWN):
        found[cell.columns] = _contingency(tables, cell)  # type: ignore[index]
    for pair, each in correlations(tables).items():
        found[pair] = _correlation(tables, pair, each)
    return [{pair: found[pair][side] for pair in ways} for side in range(2)]


def _both_continuous(tables: Tables, pair: tuple[str, str]) -> bool:
    return all(tables.kinds[column].continuous for column in pair)


def _correlation(tables: Tables, pair: tuple[str, str], found: Correlation) -> Pair:
    first, second = (extents(tables)[column] for column in pair)
    constant = [a.constant or b.constant for a, b in zip(first, second, strict=True)]
    others = ((found.synthetic, constant[2]), (found.holdout, constant[1]))
    synthetic, holdout = (
        UNDEFINED if constant[0] or fixed else similarity(found.real, r) for r, fixed in others
    )
    return synthetic, holdout


def similarity(real: float | None, other: float | None) -> Score:
    """``1 - |r - s| / 2``, left out where the real one is weak."""
    if real is None:
        return UNDEFINED
    if abs(real) <= CORRELATED:
        return LEFT_OUT
    return UNDEFINED if other is None else Score(1 - abs(real - other) / 2)


def _contingency(tables: Tables, cell: Cells) -> Pair:
    codes = cell.codes.copy()
    for place, column in enumerate(cell.columns):
        if tables.kinds[column].continuous:
            codes[cell.missing[:, place], place] = OWN.bins + 1
    _, rows = np.unique(codes[:, 0], return_inverse=True)
    _, columns = np.unique(codes[:, 1], return_inverse=True)
    real, holdout, synthetic = (
        _table(rows, columns, counts) for counts in (cell.real, cell.holdout, cell.synthetic)
    )
    observed = real[real.any(axis=1)][:, real.any(axis=0)]
    if min(observed.shape) < 2:
        return UNDEFINED, UNDEFINED
    if cramers_v(observed) <= ASSOCIATED:
        return LEFT_OUT, LEFT_OUT
    return _alike(real, synthetic), _alike(real, holdout)


def _table(rows: Counts, columns: Counts, counts: Counts) -> Counts:
    table = np.zeros((rows.max() + 1, columns.max() + 1), dtype=np.int64)
    np.add.at(table, (rows, columns), counts)
    return table


def cramers_v(observed: Counts) -> float:
    """Cramer's V of a table without empty rows or columns, uncorrected."""
    total = observed.sum()
    margins = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0, keepdims=True)
    expected: Floats = margins / total
    chi2 = float(((observed - expected) ** 2 / expected).sum())
    return sqrt(chi2 / total / (min(observed.shape) - 1))


def _alike(real: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Score:
    return Score(float(1 - np.abs(real / real.sum() - other / other.sum()).sum() / 2))

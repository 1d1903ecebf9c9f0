"""Column Shapes: KSComplement of continuous columns, TVComplement of others, without missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from evaluators.base import Tables
from evaluators.counting import Cut, cells
from evaluators.counting.base import Counts
from evaluators.counting.values import extents, rising, sorted_apart
from evaluators.encode import Floats
from evaluators.sdmetrics_scores.scores import Score, Sides
from evaluators.shared import once_per_tables

DECIMALS: Final = 14  # SDMetrics rounds values to sys.float_info.dig - 1 decimals
UNSEEN: Final = 1e-6  # SDMetrics' count of a value that the real column lacks


@once_per_tables
def shapes(tables: Tables) -> Sides:
    """The score of every column for the synthetic table and for the holdout."""
    found: dict[str, tuple[Score, Score]] = {}
    discrete = [(name,) for name in tables.columns if not tables.kinds[name].continuous]
    for cell in cells(tables, discrete, Cut("values")):
        present = ~cell.missing[:, 0]
        real, holdout, synthetic = (
            counts[present] for counts in (cell.real, cell.holdout, cell.synthetic)
        )
        found[cell.columns[0]] = tv(real, synthetic), tv(real, holdout)
    found |= continuous_shapes(tables)
    return [{(name,): found[name][side] for name in tables.columns} for side in range(2)]


@once_per_tables
def continuous_shapes(tables: Tables) -> dict[str, tuple[Score, Score]]:
    """Of every continuous column, the scores for the synthetic table and for the holdout."""
    columns = [name for name in tables.columns if tables.kinds[name].continuous]
    return {name: _continuous(tables, name) for name in columns}


def _continuous(tables: Tables, column: str) -> tuple[Score, Score]:
    apart = sorted_apart(tables, column)
    if apart is None:
        totals = [extent.present for extent in extents(tables)[column]]
        return ks(rising(tables, column), totals)
    real, holdout, synthetic = (np.round(values, DECIMALS) for values in apart)
    return ks_sorted(real, synthetic), ks_sorted(real, holdout)


def ks_sorted(real: Floats, other: Floats) -> Score:
    """The KS complement of two sorted arrays; undefined where one is empty."""
    if not len(real) or not len(other):
        return Score(None)
    return Score(1 - max(_widest(real, other), _widest(other, real)))


def _widest(values: Floats, other: Floats) -> float:
    """The greatest gap between two distributions at the values of the first."""
    ends = np.flatnonzero(np.append(values[1:] != values[:-1], True))
    there = np.searchsorted(other, values[ends], "right")
    return float(np.abs((ends + 1) / len(values) - there / len(other)).max())


def tv(real: Counts, other: Counts) -> Score:
    """The TV complement of two counts of the same values; undefined where one is empty."""
    if not real.sum() or not other.sum():
        return Score(None)
    counted = np.where((real == 0) & (other > 0), UNSEEN, real.astype(np.float64))
    gaps = counted / counted.sum() - other / other.sum()
    return Score(float(1 - 0.5 * np.abs(gaps).sum()))


def ks(batches: Iterable[tuple[Floats, Counts]], totals: list[int]) -> tuple[Score, Score]:
    """The KS complements of synthetic and holdout with real, from values in order.

    ``batches`` are rising values and their counts (values, 3); ``totals`` the counts of all.
    """
    gaps, until, last = [0.0, 0.0], np.zeros((3, 1), dtype=np.int64), np.empty(0)
    for values, counts in batches:
        rounded = np.append(last, np.round(values, DECIMALS))
        seen = until + np.hstack([np.zeros((3, len(last)), np.int64), np.cumsum(counts.T, axis=1)])
        ends = np.flatnonzero(rounded[1:] != rounded[:-1])  # the last value may go on
        shares = [side[ends] / max(total, 1) for side, total in zip(seen, totals, strict=True)]
        for place, other in enumerate((shares[2], shares[1])):
            gaps[place] = max(gaps[place], float(np.abs(shares[0] - other).max(initial=0.0)))
        last, until = rounded[-1:], seen[:, -1:] if len(rounded) else until
    synthetic, holdout = (
        Score(1 - gap if totals[0] and total else None)
        for gap, total in zip(gaps, (totals[2], totals[1]), strict=True)
    )
    return synthetic, holdout

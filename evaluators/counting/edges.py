"""Where continuous columns are cut: the edges of their bins, from exact statistics."""

from __future__ import annotations

import numpy as np

from evaluators.base import Tables
from evaluators.counting.base import Counts, Cut
from evaluators.counting.values import as_names, extents, in_order
from evaluators.encode import Floats
from evaluators.shared import once_per_tables

REAL = 0


@once_per_tables
def edges(tables: Tables, column: str, cut: Cut) -> tuple[Floats, ...]:
    """The edges for real, holdout and synthetic values: the same for all but an "own" cut."""
    if cut.numbers == "quantile":
        return (quantile_edges(*_real_counts(tables, column), cut.bins),) * 3
    found = [
        np.array([] if each.low is None else [each.low, each.high], dtype=np.float64)
        for each in extents(tables)[column]
    ]
    if cut.numbers == "own":
        return tuple(np.histogram_bin_edges(extent, cut.bins) for extent in found)
    real = as_names(tables, column, found[REAL])
    return (np.histogram_bin_edges(real, cut.bins)[1:-1],) * 3


def quantile_edges(values: Floats, counts: Counts, bins: int) -> Floats:
    """The distinct quantiles of rising ``values`` with ``counts``, as ``np.quantile`` has them.

    Bins hold their upper edge; the lowest edge is moved down, so that its bin is closed.
    """
    if not len(values):
        return values
    until = np.cumsum(counts)
    place = np.linspace(0, 1, bins + 1) * (until[-1] - 1)
    low = values[np.searchsorted(until, np.floor(place), "right")]
    high = values[np.searchsorted(until, np.ceil(place), "right")]
    share = place - np.floor(place)
    step = high - low
    between = np.where(share >= 0.5, high - step * (1 - share), low + step * share)
    found: Floats = np.unique(between)
    found[0] = np.nextafter(found[0], -np.inf)
    return found


def _real_counts(tables: Tables, column: str) -> tuple[Floats, Counts]:
    present: list[tuple[Floats, Counts]] = [
        (values[counts[:, REAL] > 0], counts[counts[:, REAL] > 0, REAL])
        for values, counts in in_order(tables, column)
    ]
    if not present:
        return np.empty(0), np.empty(0, np.int64)
    values = np.concatenate([values for values, _ in present])
    return as_names(tables, column, values), np.concatenate([counts for _, counts in present])

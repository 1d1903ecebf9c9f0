"""How strongly the columns of each pair hang together in the real and in the synthetic table.

Two continuous columns, Pearson's r over complete pairs; any other pair, Cramer's V over the cells
of ``fidelity.trend`` (continuous columns cut into ten bins of the real table, missing a cell of its
own). V is corrected for its bias, by which it would rise with the number of cells where nothing
hangs together: Bergsma (2013), Journal of the Korean Statistical Society 42, 323-328, equations 4
and 5, with the categories that occur in the table at hand.

Undefined, and None, where a column has one value in the table, and where fewer rows are complete
than the minimum cell: a coefficient of three rows says much of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np

from evaluators.base import JSON, Figure
from evaluators.counting import Cells, Correlation
from evaluators.counting.base import Counts

Pair: TypeAlias = tuple[str, str]
PEARSON, CRAMER = "pearson", "cramers-v"
DECIMALS = 2


class Association(NamedTuple):
    """The coefficient of one pair in both tables, and its name."""

    coefficient: str
    real: float | None
    synthetic: float | None


def of_correlation(r: Correlation, minimum: int) -> Association:
    """Pearson's r where as many rows are complete as the minimum cell."""
    known, _, made = (n >= minimum for n in r.complete)
    return Association(PEARSON, r.real if known else None, r.synthetic if made else None)


def of_cells(cell: Cells, minimum: int) -> Association:
    """Cramer's V of the joint counts of two columns."""
    first, second = cell.codes[:, 0], cell.codes[:, 1]
    real, synthetic = (
        cramers_v(first, second, counts) if counts.sum() >= minimum else None
        for counts in (cell.real, cell.synthetic)
    )
    return Association(CRAMER, real, synthetic)


def cramers_v(first: Counts, second: Counts, counts: Counts) -> float | None:
    """Bias-corrected V of ``counts`` in cells (``first``, ``second``), None for a constant."""
    down, across = np.bincount(first, counts), np.bincount(second, counts)
    n = int(counts.sum())
    spread = float((counts**2 / np.maximum(down[first] * across[second], 1)).sum()) - 1  # chi2 / n
    r, c = int(np.count_nonzero(down)), int(np.count_nonzero(across))
    room = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    if min(r, c) < 2 or room <= 0:
        return None
    return min(1.0, sqrt(max(0.0, spread - (r - 1) * (c - 1) / (n - 1)) / room))


def figure(columns: Sequence[str], found: Mapping[Pair, Association]) -> Figure:
    """The upper triangle, row by row: ``found`` holds every pair of ``columns`` in their order."""
    names: list[JSON] = [*columns]
    coefficients: list[JSON] = [one.coefficient for one in found.values()]
    return {
        "figure": "association",
        "columns": names,
        "coefficients": coefficients,
        "real": [_shown(one.real) for one in found.values()],
        "synthetic": [_shown(one.synthetic) for one in found.values()],
    }


def _shown(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS) + 0.0  # no minus zero

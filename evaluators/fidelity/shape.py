"""Column shape: how alike one column is in two tables.

Continuous columns, the Kolmogorov-Smirnov complement ``1 - sup_x |F_real(x) - F_synthetic(x)|``;
discrete ones, the total variation complement ``1 - sum_v |p_real(v) - p_synthetic(v)| / 2``.

The definitions are KSComplement and TVComplement of SDMetrics 0.32, and equal them on columns
without missing values. SDMetrics leaves missing values out, so a column that is nine tenths empty
scores as well as a full one; here missing counts as one value: a category of its own, and for
continuous columns a point beyond every other.

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout: what another real sample of that size scores.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evaluators.base import Finding, Found, Tables
from evaluators.encode import Codes, Floats, joint_codes, numbers

LIBRARIES = ("numpy", "pandas")


def shape(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a column; nothing is drawn, ``seed`` is not used."""
    for column in tables.columns:
        yield (column,), _column(tables, column)


def _column(tables: Tables, column: str) -> Found:
    if tables.kinds[column].continuous:
        real, holdout, synthetic = (numbers(table[column]) for table in tables.each)
        name, value, ceiling = "KSComplement", ks(real, synthetic), ks(real, holdout)
    else:
        real_, holdout_, synthetic_ = joint_codes(tables, column)
        name, value, ceiling = "TVComplement", tv(real_, synthetic_), tv(real_, holdout_)
    return Found.exact(value, len(tables.synthetic), {"ceiling": ceiling, "metric": name})


def ks(real: Floats, other: Floats) -> float:
    """The KS complement, NaN counting as one value above all others."""
    first, second = (np.sort(np.where(np.isnan(side), np.inf, side)) for side in (real, other))
    points = np.concatenate([first, second])
    gaps = np.searchsorted(first, points, "right") / len(first)
    gaps -= np.searchsorted(second, points, "right") / len(second)
    return float(1 - np.abs(gaps).max())


def tv(real: Codes, other: Codes) -> float:
    """The TV complement of two arrays of codes."""
    size = int(max(real.max(), other.max())) + 1
    shares = (np.bincount(side, minlength=size) / len(side) for side in (real, other))
    first, second = shares
    return float(1 - np.abs(first - second).sum() / 2)

"""Two distances between distributions, as scores: 1 where they are equal, 0 where they are apart.

Both are functions of the counts of the same cells in two tables, which need not be of one size.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int64]


def ks(real: Counts, other: Counts) -> float:
    """The Kolmogorov-Smirnov complement of cells in order: ``1 - max |F_real - F_other|``."""
    first, second = (np.cumsum(side) / side.sum() for side in (real, other))
    return float(1 - np.abs(first - second).max())


def tv(real: Counts, other: Counts) -> float:
    """The total variation complement: ``1 - sum |p_real - p_other| / 2``."""
    first, second = (side / side.sum() for side in (real, other))
    return float(1 - np.abs(first - second).sum() / 2)

"""Shares of rows, and which of them may be shown of real rows."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int64]
Which: TypeAlias = npt.NDArray[np.bool_]


def share(counts: Counts, cells: Which) -> float:
    """The share of all rows that the chosen cells hold."""
    return float(counts[cells].sum() / counts.sum())


def shown(counts: Counts, cells: Which, minimum: int) -> float | None:
    """That share of a real table: None if it would give away a small number of people.

    A share with all its digits is a count. Of a count from 1 to ``minimum - 1``, on either side of
    the choice, nothing is said.
    """
    inside = int(counts[cells].sum())
    sides = (inside, int(counts.sum()) - inside)
    return None if any(0 < side < minimum for side in sides) else share(counts, cells)

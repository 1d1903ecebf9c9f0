"""What is counted: how columns become cells, and the counts of the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int64]
Names: TypeAlias = npt.NDArray[Any]
OTHER: Final = "(other)"


@dataclass(frozen=True)
class Cut:
    """How columns become cells; the edges come from the real table alone, but for "own".

    Continuous columns: "values" makes every distinct value a cell of its own; "width" cuts
    ``bins`` bins of equal width between the real minimum and maximum, open at both ends;
    "quantile" cuts at most ``bins`` quantile bins of the real table, each holding its upper edge,
    with values below and above the real range in cells of their own; "own" cuts each table by its
    own minimum and maximum, code 1 to ``bins``, and its maximum is a cell beyond (SDMetrics).
    Discrete columns: every value is a cell; with ``top`` only the most frequent real values (ties
    in the order of their text), and the rest is one cell. Missing is always a cell of its own.
    """

    numbers: Literal["values", "width", "quantile", "own"]
    bins: int = 10
    top: int | None = None


@dataclass(frozen=True, eq=False)
class Cells:
    """Joint counts of ``columns`` in each table: the same cell at the same place.

    ``codes`` (cells, columns) holds one integer a column, ``missing`` (cells, columns) whether
    the column is missing there; rows are sorted by code. Codes follow the order of values in
    columns that have one, and missing comes last. ``names`` are the values of a single column's
    cells, numbers or text; they are empty for several columns, and None for bins.
    """

    columns: tuple[str, ...]
    codes: Counts
    missing: npt.NDArray[np.bool_]
    names: Names
    real: Counts
    holdout: Counts
    synthetic: Counts

    @property
    def values(self) -> tuple[float | str | None, ...]:
        """The names as Python values, missing as None; a datetime is its days since 1970-01-01."""
        if not len(self.names):
            return ()
        named = zip(self.names.tolist(), self.missing[:, 0], strict=True)
        return tuple(None if missing else name for name, missing in named)


@dataclass(frozen=True)
class Correlation:
    """Pearson's r of two columns over complete pairs, None where it is undefined.

    ``complete`` are the complete pairs of real, holdout and synthetic.
    """

    real: float | None
    holdout: float | None
    synthetic: float | None
    complete: tuple[int, int, int]

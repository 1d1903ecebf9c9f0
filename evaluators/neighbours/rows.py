"""Tables encoded for distances: a scaled number or a category code for each column and row.

The distance of two rows is the sum over columns of a difference between 0 and 1: of a category,
whether it differs; of a number, the absolute difference divided by the column's range. That is
the mixed-type distance of Anonymeter 1.1 (``anonymeter.neighbors``), after Gower (1971),
Biometrics 27, 857-871, as a sum rather than a mean. Ordinal columns are their ranks, datetimes
their days, booleans categories. A missing value is at distance 0 from a missing one and 1 from
any other (in Anonymeter it is undefined).

Differences are whole numbers of steps, ``2**26`` to a range in 32 bits for up to 31 columns and
``2**40`` in 64 bits for more. Sums of whole numbers are exact in any order, so results are the
same bits for any number of threads; for d columns they lie within ``d / 2**26`` of real arithmetic
(5e-7 at most; ``d / 2**40`` beyond 31).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import NotMeasurable, Tables
from evaluators.encode import Codes, Floats, labels, numbers
from evaluators.shared import once_per_tables

Steps: TypeAlias = npt.NDArray[np.integer[Any]]

NARROW: Final = 31  # so many columns of 2**26 steps stay below 2**31
MISSING: Final = 3  # in ranges: at least one range away from any number, which are cut to -1..2


@dataclass(frozen=True, eq=False)
class Rows:
    """Encoded rows, a column at a time: ``numbers`` (columns, rows), then ``codes``.

    ``names`` are the columns in schema order, of which ``numeric`` are in ``numbers``, in that
    order, and the rest in ``codes``. ``one`` is the number of steps that make a distance of 1.
    """

    names: tuple[str, ...]
    numeric: tuple[str, ...]
    numbers: Steps
    codes: Steps
    one: int

    def __len__(self) -> int:
        return max(self.numbers.shape[1], self.codes.shape[1])

    @property
    def stored(self) -> tuple[str, ...]:
        """The columns in the order in which they are stored."""
        return self.numeric + tuple(name for name in self.names if name not in self.numeric)

    def take(self, positions: npt.NDArray[Any]) -> Rows:
        """The rows at these positions, or those of a boolean mask."""
        # Indexed so, an array is stored by row; the loops over columns need it stored by column.
        some = np.ascontiguousarray(self.numbers[:, positions])
        others = np.ascontiguousarray(self.codes[:, positions])
        return Rows(self.names, self.numeric, some, others, self.one)

    def only(self, columns: Sequence[str]) -> Rows:
        """The rows by these columns alone; ``KeyError`` if one is not there."""
        if unknown := [name for name in columns if name not in self.names]:
            raise KeyError(f"no such columns: {', '.join(unknown)}")
        names = tuple(name for name in self.names if name in columns)
        categories = [name for name in self.stored if name not in self.numeric]
        some = [i for i, name in enumerate(self.numeric) if name in names]
        others = [i for i, name in enumerate(categories) if name in names]
        numeric = tuple(self.numeric[i] for i in some)
        return Rows(names, numeric, self.numbers[some], self.codes[others], self.one)


@dataclass(frozen=True, eq=False)
class View:
    """The three tables encoded once, on one scale: rows in the order of the tables' rows."""

    real: Rows
    holdout: Rows
    synthetic: Rows


@once_per_tables
def view(tables: Tables) -> View:
    """The measured columns, scaled by the range of the real and holdout rows together.

    The synthetic table has no say in the scale, or one wild value in it would shrink a column to
    nothing for every row; a difference is cut at one range instead. Anonymeter takes the range of
    the two tables at hand, which is the same where synthetic values stay inside the real range.
    """
    if not tables.columns:
        raise NotMeasurable("there is no column to compare rows by")
    columns = {name: [table[name] for table in tables.each] for name in tables.columns}
    ordered = {name for name in columns if tables.kinds[name].ordered}
    return View(*_encode(columns, ordered, scale=2))


def encode(*frames: pd.DataFrame) -> tuple[Rows, ...]:
    """Frames as Anonymeter encodes a pair: numbers by the range of all frames, else categories.

    A column is a number if its dtype is; the frames have the same columns.
    """
    names = list(frames[0].columns)
    ordered = set(frames[0].select_dtypes("number").columns)
    columns = {name: [frame[name] for frame in frames] for name in names}
    return _encode(columns, ordered, scale=len(frames))


def _encode(
    columns: dict[str, list[pd.Series[Any]]], ordered: set[str], scale: int
) -> tuple[Rows, ...]:
    """Each frame encoded; ranges are those of the first ``scale`` frames."""
    dtype, one = (np.int32, 2**26) if len(columns) <= NARROW else (np.int64, 2**40)
    names, numeric = tuple(columns), tuple(name for name in columns if name in ordered)
    lengths = [len(column) for column in next(iter(columns.values()))]
    scaled = [_scaled(columns[name], scale, one) for name in numeric]
    coded = [_coded(columns[name]) for name in names if name not in ordered]

    def block(which: list[list[Codes]], frame: int) -> Any:
        empty = np.empty((0, lengths[frame]), dtype=dtype)
        return np.array([part[frame] for part in which], dtype=dtype) if which else empty

    return tuple(
        Rows(names, numeric, block(scaled, i), block(coded, i), one) for i in range(len(lengths))
    )


def _scaled(columns: list[pd.Series[Any]], scale: int, one: int) -> list[Codes]:
    values = [numbers(column) for column in columns]
    known = np.concatenate(values[:scale])
    known = known[~np.isnan(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    return [_steps(part, low, (high - low) or 1.0, one) for part in values]


def _steps(values: Floats, low: float, span: float, one: int) -> Codes:
    places = np.clip((values - low) / span, -1.0, MISSING - 1.0)
    steps: Codes = np.rint(np.where(np.isnan(places), MISSING, places) * one).astype(np.int64)
    return steps


def _coded(columns: list[pd.Series[Any]]) -> list[Codes]:
    """Categories as codes shared by all frames: by their label, missing with a code of its own."""
    texts = [labels(column) for column in columns]
    codes, _ = pd.factorize(np.concatenate(texts), use_na_sentinel=False)
    return np.split(codes.astype(np.int64), np.cumsum([len(part) for part in texts])[:-1])

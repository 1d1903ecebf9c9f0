"""Columns as arrays: numbers, labels, and integer codes shared by all three tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import Kind, Tables
from evaluators.shared import once_per_tables

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Triple: TypeAlias = tuple[Codes, Codes, Codes]

DAY = 86_400.0


def numbers(column: pd.Series[Any]) -> Floats:
    """Values as floats, missing as NaN; a datetime is its days since 1970-01-01."""
    if pd.api.types.is_datetime64_any_dtype(column):
        seconds = column.to_numpy(dtype="datetime64[us]").astype("int64") / 1e6
        return np.where(column.isna().to_numpy(), np.nan, seconds / DAY)
    return np.asarray(pd.to_numeric(column), dtype=np.float64)


def labels(column: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """Values as text, missing as None; 3 and 3.0 are both "3", True is "true"."""
    codes, values = pd.factorize(column)
    names = np.array([label(value) for value in values] + [None], dtype=object)
    return names[codes]


def label(value: object) -> str:
    """One value as text, the same whatever type of number held it."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return format(float(value), ".15g")
    return str(value)


def joint_codes(tables: Tables, column: str) -> Triple:
    """A column of all three tables as integer codes: equal codes mean equal values.

    Missing values are equal to each other and have a code of their own.
    """
    stacked = codes_of([table[column] for table in tables.each], tables.kinds[column])
    return _split(tables, stacked)


@once_per_tables
def row_codes(tables: Tables) -> Triple:
    """Every row of all three tables as one integer, by the measured columns.

    Equal integers mean rows that are identical in every column but free text and identifiers.
    """
    return _split(
        tables, rows_of(tables.each, {name: tables.kinds[name] for name in tables.columns})
    )


def codes_of(columns: Sequence[pd.Series[Any]], kind: Kind) -> Codes:
    """One column of several tables, stacked, as integer codes; see ``joint_codes``."""
    view = numbers if kind.continuous else labels
    stacked = np.concatenate([view(column) for column in columns])
    return pd.factorize(stacked, use_na_sentinel=False)[0].astype(np.int64)


def rows_of(frames: Sequence[pd.DataFrame], kinds: Mapping[str, Kind]) -> Codes:
    """The rows of several frames, stacked, as integers: equal where rows agree in all ``kinds``."""
    rows = np.zeros(sum(map(len, frames)), dtype=np.int64)
    for name, kind in kinds.items():
        codes = codes_of([frame[name] for frame in frames], kind)
        rows = pd.factorize(rows * (int(codes.max()) + 1) + codes)[0].astype(np.int64)
    return rows


def _split(tables: Tables, codes: Codes) -> Triple:
    real, both = len(tables.real), len(tables.real) + len(tables.holdout)
    return codes[:real], codes[real:both], codes[both:]

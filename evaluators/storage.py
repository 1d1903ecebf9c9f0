"""One way to hold a column, whatever library or file it came from.

Numbers are int64 or float64 (missing is NaN), text is object, true/false is bool (object where some
is missing), dates and times are datetime64[us] without a zone, in UTC where they had one. What is
missing otherwise is None or NaT. Anything else is refused: a list, bytes, a duration.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from evaluators.base import TableError
from evaluators.encode import labels

Column: TypeAlias = "pd.Series[Any]"

FAMILIES: Final = {
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "datetime64": "datetime",
    "datetime": "datetime",
    "date": "datetime",
    "period": "datetime",
    "string": "text",
    "time": "text",
    "interval": "text",
    "mixed-integer": "text",
    "mixed": "text",
}
LARGEST: Final = 1e150
SINGLE: Final = (str, bool, int, float, Decimal, date, time, np.generic, pd.Interval, pd.Period)


def family(column: Column) -> str:
    """How a column is stored: number, text, boolean, datetime, or empty if nothing is there.

    "other" is what no table may hold.
    """
    if column.isna().all():
        return "empty"
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return "number"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "datetime"
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred.startswith("mixed") and not column.dropna().map(_single).all():
        return "other"
    return FAMILIES.get(inferred, "other")


def _single(value: object) -> bool:
    return isinstance(value, SINGLE)


def stored(column: Column, where: str) -> Column:
    """The column in the storage of its family, with a fresh index.

    Raises ``TableError`` for infinities, numbers beyond a float, and values that are no cell.
    """
    column = column.reset_index(drop=True)
    if isinstance(column.dtype, pd.CategoricalDtype | pd.StringDtype):
        column = column.astype(object)
    kind = family(column)
    if kind == "other":
        raise _refuse(column, where, "values that are no cell of a table")
    return as_family(column, kind, where)


def as_family(column: Column, kind: str, where: str) -> Column:
    """A column that is empty, or already of that family, in its storage."""
    if kind == "number":
        return _number(column, where)
    if kind == "datetime":
        return _datetime(column)
    if kind == "boolean" and not column.isna().any():
        return column.astype(bool)
    if kind == "boolean":
        return pd.Series([None if pd.isna(v) else bool(v) for v in column], dtype=object)
    return pd.Series(labels(column), dtype=object)


def _number(column: Column, where: str) -> Column:
    whole = pd.api.types.infer_dtype(column, skipna=True) == "integer"
    if whole and not column.isna().any() and _fits(column):
        return column.astype(np.int64)
    try:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except OverflowError as error:
        raise _refuse(column, where, "numbers too large for a float") from error
    if np.isinf(values).any():
        raise _refuse(column, where, "infinite values")
    if (np.abs(values) > LARGEST).any():  # their differences and squares are beyond a float
        raise _refuse(column, where, f"numbers beyond {LARGEST:g}")
    return pd.Series(values + 0.0)  # turns -0.0 into 0.0: they are one value, and one label


def _fits(column: Column) -> bool:
    bounds = np.iinfo(np.int64)
    return int(column.min()) >= bounds.min and int(column.max()) <= bounds.max


def _datetime(column: Column) -> Column:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind == "M":
        return column.astype("datetime64[us]")
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return pd.Series(column.dt.tz_convert("UTC").dt.tz_localize(None)).astype("datetime64[us]")
    return pd.Series(np.array([_moment(value) for value in column], dtype="datetime64[us]"))


def _moment(value: Any) -> np.datetime64:
    if pd.isna(value):
        return np.datetime64("NaT", "us")
    if isinstance(value, pd.Period):
        value = value.to_timestamp()
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(value, "us")


def _refuse(column: Column, where: str, what: str) -> TableError:
    return TableError(
        f"{where}: column {str(column.name)!r} holds {what}",
        where=where,
        expected="finite numbers, text, true/false or dates",
        todo="write the column as one of these, or drop it",
    )

"""Tables from files: read strictly, describe, fingerprint, and align three of them.

Reading and fingerprinting live in files of their own; this is the door to all of it.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from evaluators.base import Declared, Kind, TableError, Tables
from evaluators.digest import content_digest, file_digest, in_canonical_order
from evaluators.reading import read

__all__ = ["align", "content_digest", "file_digest", "kind_of", "read", "schema"]

NOTHING_DECLARED = Declared()
FEW = 10  # an integer-valued number column with at most this many distinct values is a code


def schema(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Columns in order as ``{"name", "kind", "missing"}``, JSON-ready; kinds by ``kind_of``."""
    return [
        {"name": str(name), "kind": kind_of([column]).value, "missing": int(column.isna().sum())}
        for name, column in frame.items()
    ]


def kind_of(columns: list[pd.Series[Any]]) -> Kind:
    """The kind of one column, from its values in every table at once.

    Dates are datetime, true/false is boolean and text is categorical. Numbers are numeric, unless
    all values are whole: two distinct ones make a boolean, up to ten a categorical.
    """
    families = {family(column) for column in columns} - {"empty"}
    if families <= {"datetime"} and families:
        return Kind.DATETIME
    if families == {"boolean"}:
        return Kind.BOOLEAN
    if families <= {"number", "boolean"} and families:
        return _numeric_kind(columns)
    return Kind.CATEGORICAL


def _numeric_kind(columns: list[pd.Series[Any]]) -> Kind:
    distinct = np.unique(
        np.concatenate([column.dropna().unique().astype(np.float64) for column in columns])
    )
    if len(distinct) > FEW or np.any(distinct != np.floor(distinct)):
        return Kind.NUMERIC
    return Kind.BOOLEAN if len(distinct) == 2 else Kind.CATEGORICAL


def family(column: pd.Series[Any]) -> str:
    """How a column is stored: number, text, boolean, datetime, or empty if nothing is there."""
    if column.isna().all():
        return "empty"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "datetime"
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred == "boolean":
        return "boolean"
    return "number" if inferred in ("integer", "floating", "mixed-integer-float") else "text"


def align(
    real: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    target: str | None,
    declared: Declared = NOTHING_DECLARED,
) -> Tables:
    """Three tables with the same columns in the real table's order, and one kind a column.

    Rows are put into one canonical order, so that a shuffled file gives the same measurements.
    Raises ``TableError`` if columns differ, a column is a number in one table and text in
    another, or the target is no column; it names the columns and their nearest neighbours.
    """
    names = [str(name) for name in real.columns]
    for role, other in (("holdout", holdout), ("synthetic", synthetic)):
        _same_columns(names, [str(name) for name in other.columns], role)
    if target is not None and target not in names:
        raise TableError(
            f"the target {target!r} is not a column" + _nearest(target, names),
            expected=f"one of {', '.join(names)}",
            todo="name the column that models are to predict",
        )
    frames = [_plain(frame, names) for frame in (real, holdout, synthetic)]
    for name in names:
        if _same_family(name, [frame[name] for frame in frames]) == {"number", "boolean"}:
            for frame in frames:
                frame[name] = frame[name].astype(np.float64)
    kinds = {name: kind_of([frame[name] for frame in frames]) for name in names}
    ordered = [in_canonical_order(frame) for frame in frames]
    kinds |= declared.kinds
    return Tables(ordered[0], ordered[1], ordered[2], kinds, target, declared)


def _plain(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    plain = frame.set_axis([str(name) for name in frame.columns], axis=1)[names]
    plain = plain.reset_index(drop=True)
    for name in names:
        if isinstance(plain[name].dtype, pd.CategoricalDtype | pd.StringDtype):
            plain[name] = plain[name].astype(object)
    return plain


def _same_columns(expected: list[str], found: list[str], role: str) -> None:
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    if not missing and not extra:
        return
    parts = [f"lacks {name!r}" + _nearest(name, extra) for name in missing]
    parts += [f"has {name!r}, which the real table has not" for name in extra]
    raise TableError(
        f"the {role} table {'; '.join(parts)}",
        where=f"{role} table",
        expected=f"the columns of the real table: {', '.join(expected)}",
        todo="rename or drop columns so that all three tables have the same ones",
    )


def _same_family(name: str, columns: list[pd.Series[Any]]) -> set[str]:
    """The families of one column, refused unless they are one, or true/false beside 1 and 0."""
    found = [family(column) for column in columns]
    alike = set(found) - {"empty"}
    if len(alike) <= 1 or alike == {"number", "boolean"}:
        return alike
    roles = zip(("real", "holdout", "synthetic"), found, strict=True)
    raise TableError(
        f"column {name!r} is of different types: {', '.join(f'{r} {f}' for r, f in roles)}",
        where=f"column {name!r}",
        expected="one type in all three tables",
        todo="write the column the same way in each table",
    )


def _nearest(name: str, among: list[str]) -> str:
    close = get_close_matches(name, among, n=3, cutoff=0.5)
    return f" (nearest: {', '.join(repr(other) for other in close)})" if close else ""

"""Tables from files or frames: read strictly, describe, fingerprint, and align three of them.

Reading, storage, kinds and declarations live in files of their own; this is the door to all of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import pandas as pd

from evaluators.base import Declared, Kind, TableError, Tables
from evaluators.declarations import (
    LISTED,
    listed,
    nearest,
    require_columns,
    require_kinds,
    typed,
)
from evaluators.digest import content_digest, file_digest, in_canonical_order
from evaluators.encode import label, labels
from evaluators.kinds import kind_of
from evaluators.reading import read
from evaluators.storage import Column, as_family, family, stored

__all__ = ["align", "content_digest", "file_digest", "kind_of", "read", "schema"]

NOTHING_DECLARED: Final = Declared()
STEP: Final = 0.01  # a share of missing values is shown in steps of at least this
DIGITS: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Typed:
    """Frames with the same columns, stored alike, and what is known of these columns.

    ``declared`` holds the levels of every ordinal column, declared or not.
    """

    frames: list[pd.DataFrame]
    kinds: dict[str, Kind]
    declared: Declared


def schema(
    frame: pd.DataFrame, minimum_cell: int = NOTHING_DECLARED.minimum_cell
) -> list[dict[str, object]]:
    """Columns in order as ``{"name", "kind", "missing"}``, JSON-ready and fit to be published.

    ``missing`` is a share of the rows, rounded up to steps of a hundredth or of the minimum cell,
    whichever is coarser: 0.0 means that none is. It is None, which means suppressed, where those
    missing or those present are fewer than the minimum cell, but some.
    """
    described: list[dict[str, object]] = []
    for name, column in frame.items():
        held = stored(column, "the table")
        described.append(
            {
                "name": str(name),
                "kind": (Kind.ORDINAL if _levels(column) else kind_of([held])).value,
                "missing": _share(int(held.isna().sum()), len(held), minimum_cell),
            }
        )
    return described


def _share(missing: int, rows: int, minimum: int) -> float | None:
    if missing in (0, rows):
        return float(missing > 0)
    if min(missing, rows - missing) < minimum:
        return None
    step = max(STEP, minimum / rows)
    return round(min(1.0, ceil(missing / rows / step) * step), 6)


def align(
    real: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    target: str | None,
    declared: Declared = NOTHING_DECLARED,
) -> Tables:
    """Three tables with the same columns in the real table's order, and one kind a column.

    Rows are put into one canonical order, so that a shuffled file gives the same measurements.
    Raises ``TableError`` for empty tables, columns that differ or hold what is no cell, and
    declarations that cannot be followed; it names the columns and their nearest neighbours.
    """
    frames = {"real": real, "holdout": holdout, "synthetic": synthetic}
    found = typed_tables(frames, target, declared)
    ordered = [in_canonical_order(frame) for frame in found.frames]
    return Tables(ordered[0], ordered[1], ordered[2], found.kinds, target, found.declared)


def typed_tables(
    given: Mapping[str, pd.DataFrame], target: str | None, declared: Declared
) -> Typed:
    """Tables by role, the first two real, with rows as they come; raises as ``align`` does."""
    frames = {role: _named(frame, role) for role, frame in given.items()}
    first, *others = frames
    names = [str(name) for name in frames[first]]
    for role in others:
        _same_columns(names, [str(name) for name in frames[role]], role, first)
    require_columns(declared, target, names)
    columns, kinds, levels = {}, {}, {}
    for name in names:
        held = _alike(name, {role: frame[name] for role, frame in frames.items()})
        ranks = _levels(frames[first][name])
        columns[name], kinds[name], scale = typed(name, held, list(frames), ranks, declared)
        if scale:
            levels[name] = scale
    declared = replace(declared, levels=levels)
    _require_measured(kinds)
    require_kinds(declared, target, kinds, {name: _family(columns[name]) for name in names})
    tables = [pd.DataFrame({n: columns[n][i] for n in names}) for i in range(len(frames))]
    return Typed(tables, kinds, declared)


def _named(frame: pd.DataFrame, role: str) -> pd.DataFrame:
    """The frame with its column names as text, each once, and at least one row."""
    names = [str(name) for name in frame.columns]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise _unusable(role, f"has column names that occur twice: {listed(twice)}", "unique names")
    if not names or not len(frame):
        what = "rows" if names else "columns"
        raise _unusable(role, f"has no {what}", "at least one row and one column")
    return frame.set_axis(names, axis=1)


def _unusable(role: str, what: str, expected: str) -> TableError:
    return TableError(
        f"the {role} table {what}",
        where=f"{role} table",
        expected=expected,
        todo="correct the table and hand it in again",
    )


def _same_columns(expected: list[str], found: list[str], role: str, first: str) -> None:
    known, there = set(expected), set(found)
    missing = [name for name in expected if name not in there]
    extra = [name for name in found if name not in known]
    if not missing and not extra:
        return
    parts = [f"lacks {name!r}" + nearest(name, extra) for name in missing[:LISTED]]
    parts += [f"has {name!r}, which the {first} table has not" for name in extra[:LISTED]]
    more = max(0, len(missing) - LISTED) + max(0, len(extra) - LISTED)
    parts += [f"and {more} more columns differ"] if more else []
    raise TableError(
        f"the {role} table {'; '.join(parts)}",
        where=f"{role} table",
        expected=f"the columns of the {first} table: {listed(expected)}",
        todo="rename or drop columns so that all tables have the same ones",
    )


def _levels(column: Column) -> tuple[str, ...]:
    """The categories of an ordered categorical, lowest first."""
    kind = column.dtype
    if not isinstance(kind, pd.CategoricalDtype) or not kind.ordered:
        return ()
    return tuple(label(category) for category in kind.categories)


def _alike(name: str, given: Mapping[str, Column]) -> list[Column]:
    """One column of every table, stored alike; refused unless all hold the same type of value.

    True/false beside 1 and 0 are numbers. Whole numbers beside a real table's text of digits are
    text: a code is read as text only where one value has a leading zero, as 00123.
    """
    held = {role: stored(column, f"{role} table") for role, column in given.items()}
    found = {role: family(column) for role, column in held.items()}
    alike = set(found.values()) - {"empty"}
    codes = alike == {"number", "text"} and "text" in list(found.values())[:2]
    if codes and all(map(_code, held.values())):
        alike = {"text"}
    if alike == {"number", "boolean"}:
        alike = {"number"}
    if len(alike) > 1:
        raise TableError(
            f"column {name!r} is of different types: "
            + ", ".join(f"{role} {kind}" for role, kind in found.items()),
            where=f"column {name!r}",
            expected="one type in all tables",
            todo="write the column the same way in each table",
        )
    kind = alike.pop() if alike else "empty"
    return [
        column if found[role] == kind else as_family(column, kind, f"{role} table")
        for role, column in held.items()
    ]


def _code(column: Column) -> bool:
    return all(DIGITS.fullmatch(word) for word in labels(column.dropna().drop_duplicates()))


def _family(columns: Sequence[Column]) -> str:
    return next((f for f in map(family, columns) if f != "empty"), "empty")


def _require_measured(kinds: Mapping[str, Kind]) -> None:
    if all(kind.excluded for kind in kinds.values()):
        raise TableError(
            "every column is free text or an identifier, so that there is nothing to measure",
            where="all tables",
            expected="a column of another kind",
            todo="declare the kinds of the columns",
        )

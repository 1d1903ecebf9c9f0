"""Constraints: whether synthetic rows satisfy what every row is declared to satisfy.

The share of synthetic rows in which ``left relation right`` holds between two columns; a row in
which either is missing satisfies it (the same reading as a CHECK constraint in SQL). Numbers are
compared as numbers, dates as dates, ranks as ranks if both columns have the same levels, and other
values as text, which has no order: then only ``==`` and ``!=`` can be asked.

*Exact*: nothing is resampled. ``parameters["ceiling"]`` is the share of holdout rows, and ``real``
that of real rows: a constraint that real rows break is not the generator's fault. Either is None if
fewer than ``minimum_cell`` people break it (see ``share``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evaluators.base import Constraint, Finding, Found, Kind, NotMeasurable, Tables
from evaluators.counting import cells
from evaluators.fidelity.shape import VALUES
from evaluators.validity.share import share, shown

LIBRARIES = ("numpy", "pandas")
RELATIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
EQUALITY: Final = ("==", "!=")


def constraints(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a declared constraint; nothing is drawn."""
    for constraint in tables.declared.constraints:
        try:
            yield (constraint.name,), _found(tables, constraint)
        except NotMeasurable as undefined:
            yield (constraint.name,), undefined


def _found(tables: Tables, constraint: Constraint) -> Found:
    left, right = _comparable(tables, constraint)
    (pairs,) = cells(tables, [(constraint.left, constraint.right)], VALUES)
    known = ~pairs.missing.any(axis=1)
    satisfied = ~known
    a, b = left[pairs.codes[known, 0]], right[pairs.codes[known, 1]]
    satisfied[known] = RELATIONS[constraint.relation](a, b)

    minimum = tables.declared.minimum_cell
    return Found.exact(
        share(pairs.synthetic, satisfied),
        tables.rows[2],
        {
            "ceiling": shown(pairs.holdout, satisfied, minimum),
            "real": shown(pairs.real, satisfied, minimum),
        },
    )


def _comparable(
    tables: Tables, constraint: Constraint
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The values of both columns by their codes, or ``NotMeasurable`` if they do not compare."""
    sides = (constraint.left, constraint.right)
    for column in sides:
        if column not in tables.kinds:
            raise NotMeasurable(f"{column!r} is not a column")
    (left, one), (right, other) = (_by_code(tables, column) for column in sides)
    if one != other:
        raise NotMeasurable(f"{sides[0]!r} holds {one} and {sides[1]!r} {other}")
    if one == "ranks" and len({tables.declared.levels.get(column, ()) for column in sides}) > 1:
        raise NotMeasurable(f"{sides[0]!r} and {sides[1]!r} have different levels")
    if one == "text" and constraint.relation not in EQUALITY:
        raise NotMeasurable(f"{sides[0]!r} and {sides[1]!r} hold text, which has no order")
    return left, right


def _by_code(tables: Tables, column: str) -> tuple[npt.NDArray[Any], str]:
    """The value of each code of a column, and what sort of values they are."""
    (cell,) = cells(tables, [(column,)], VALUES)
    present = ~cell.missing[:, 0]
    codes = cell.codes[present, 0]
    found = cell.names[present].tolist()
    kind = tables.kinds[column]
    numbers = None if kind is Kind.IDENTIFIER else _numbers(found)
    values = np.full(int(codes.max(initial=-1)) + 1, None, dtype=object)
    values[codes] = found if numbers is None else numbers
    if numbers is None:
        return values, "text"
    sort = {Kind.DATETIME: "dates", Kind.ORDINAL: "ranks"}.get(kind, "numbers")
    return values.astype(np.float64), sort


def _numbers(values: list[float | str]) -> list[float] | None:
    """The values as finite numbers, or None if one of them is none."""
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None

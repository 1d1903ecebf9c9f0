"""What people declare of the columns, checked and carried out: kinds, levels, and which is which.

A declaration is followed or refused, never dropped. No error quotes a cell, and none counts rows
below the minimum cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

import numpy as np
import pandas as pd

from evaluators.base import Constraint, Declared, Kind, TableError
from evaluators.encode import label, labels
from evaluators.kinds import kind_of
from evaluators.storage import Column, as_family, family

LEVELS: Final = "declare its levels, lowest first"
CORRECT: Final = "correct the declaration"
LISTED: Final = 8  # names that an error lists


def require_columns(declared: Declared, target: str | None, names: list[str]) -> None:
    """Raise ``TableError`` for the first declared name that is no column."""
    uses: list[tuple[str, Iterable[str]]] = [
        ("target", [target] if target is not None else []),
        ("declared kind", declared.kinds),
        ("declared level", declared.levels),
        ("key", declared.key),
        ("subgroup", declared.subgroups),
        ("quasi-identifier", declared.quasi_identifiers),
        ("constraint", [name for c in declared.constraints for name in (c.left, c.right)]),
    ]
    known = set(names)
    for use, wanted in uses:
        for name in wanted:
            if name not in known:
                raise TableError(
                    f"the {use} {name!r} is not a column" + nearest(name, names),
                    expected=f"one of {listed(names)}",
                    todo="name a column of the tables",
                )


def require_kinds(
    declared: Declared, target: str | None, kinds: Mapping[str, Kind], families: Mapping[str, str]
) -> None:
    """Raise ``TableError`` where the kind of a column does not allow what it is declared to be."""
    if target is not None and kinds[target].excluded:
        raise _unfit("target", target, kinds[target], "a column whose values can be predicted")
    for name in declared.subgroups:
        if kinds[name].excluded or kinds[name].continuous:
            raise _unfit("subgroup", name, kinds[name], "a categorical, boolean or ordinal column")
    for one in declared.constraints:
        _require_comparable(one, declared, kinds, families)


def _unfit(use: str, name: str, kind: Kind, expected: str) -> TableError:
    todo = "name another column, or declare the kind of this one"
    return TableError(
        f"the {use} {name!r} is {kind.value}",
        where=f"column {name!r}",
        expected=expected,
        todo=todo,
    )


def _require_comparable(
    one: Constraint, declared: Declared, kinds: Mapping[str, Kind], families: Mapping[str, str]
) -> None:
    left, right = families[one.left], families[one.right]
    ranks = [declared.levels.get(n) for n in (one.left, one.right) if kinds[n] is Kind.ORDINAL]
    if len(ranks) == 1 or (len(ranks) == 2 and ranks[0] != ranks[1]):
        left, right = "the levels of one", "those of the other"
    ordered = one.relation in ("==", "!=") or left in ("number", "datetime")
    if "empty" in (left, right) or (left == right and ordered):
        return
    raise TableError(
        f"the constraint {one.name!r} compares {left} with {right}",
        where=f"columns {one.left!r} and {one.right!r}",
        expected="two numbers, two dates, or one scale of levels; text can only be equal",
        todo="correct the constraint, or declare the kinds or levels of both columns",
    )


def typed(
    name: str, columns: list[Column], roles: Sequence[str], levels: tuple[str, ...], what: Declared
) -> tuple[list[Column], Kind, tuple[str, ...]]:
    """The columns as their kind stores them, that kind, and its levels if it is ordinal.

    ``levels`` are those of the real table's ordered categories; declared ones come first. Raises
    ``TableError`` where values do not fit, in a synthetic table as in a real one: a value outside
    the levels has no rank, and to call it missing would hide it.
    """
    levels = tuple(what.levels.get(name, levels))
    kind = what.kinds.get(name) or _implied(name, columns, levels, what)
    if name in what.levels and kind is not Kind.ORDINAL:
        raise _contradiction(name, f"levels, and {kind.value} as its kind", LEVELS)
    if kind is Kind.ORDINAL:
        levels = levels or _numeric_levels(name, columns)
        return _ranked(name, columns, roles, levels, what.minimum_cell), kind, levels
    return _cast(name, columns, roles, kind, what), kind, ()


def _implied(name: str, columns: list[Column], levels: tuple[str, ...], what: Declared) -> Kind:
    if levels:
        return Kind.ORDINAL
    return Kind.IDENTIFIER if what.key == (name,) else kind_of(columns)


def _numeric_levels(name: str, columns: list[Column]) -> tuple[str, ...]:
    """The distinct numbers of all tables in rising order; text has no order of its own."""
    if {family(column) for column in columns} - {"empty", "number"}:
        raise _contradiction(name, "ordinal as its kind, and no levels", LEVELS)
    distinct = np.unique(np.concatenate([column.dropna().to_numpy() for column in columns]))
    return tuple(label(value) for value in distinct)


def _ranked(
    name: str,
    columns: list[Column],
    roles: Sequence[str],
    levels: tuple[str, ...],
    minimum: int,
) -> list[Column]:
    if len(set(levels)) < len(levels):
        raise _contradiction(name, "a level twice", "name each level once")
    rank = {level: float(place) for place, level in enumerate(levels)}
    texts = [pd.Series(labels(column), dtype=object) for column in columns]
    ranks = [text.map(rank).astype(np.float64) for text in texts]
    for role, text, found in zip(roles, texts, ranks, strict=True):
        _all_fit(name, role, text, found, "are none of its levels", minimum)
    return ranks


def _cast(
    name: str, columns: list[Column], roles: Sequence[str], kind: Kind, what: Declared
) -> list[Column]:
    found = {family(column) for column in columns} - {"empty"}
    if kind is Kind.BOOLEAN and len(set().union(*map(_values, columns))) > 2:
        raise _contradiction(name, "boolean as its kind, and has more than two values", CORRECT)
    if kind is Kind.CATEGORICAL and found == {"datetime"}:
        return [pd.Series(labels(column), dtype=object) for column in columns]
    wanted = {Kind.NUMERIC: "number", Kind.DATETIME: "datetime"}.get(kind)
    if wanted is None or found == {wanted}:
        return columns
    if found == {"text"}:
        parsed = [_parsed(column, wanted) for column in columns]
        for role, column, read in zip(roles, columns, parsed, strict=True):
            _all_fit(name, role, column, read, f"cannot be read as {kind.value}", what.minimum_cell)
        columns = parsed
    elif found and (found, wanted) != ({"boolean"}, "number"):
        raise _contradiction(name, f"{kind.value} as its kind, and holds {found.pop()}", CORRECT)
    return [as_family(c, wanted, f"{role} table") for role, c in zip(roles, columns, strict=True)]


def _values(column: Column) -> set[object]:
    return set(labels(column.drop_duplicates())) - {None}


def _parsed(column: Column, wanted: str) -> Column:
    """Text as numbers or ISO dates; what cannot be read is missing."""
    if wanted == "number":
        return pd.to_numeric(column, errors="coerce").astype(np.float64)
    return pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True)


def _all_fit(name: str, role: str, given: Column, found: Column, said: str, minimum: int) -> None:
    lost = int((given.notna().to_numpy() & found.isna().to_numpy()).sum())
    if not lost:
        return
    raise TableError(
        f"column {name!r}: {counted(lost, minimum)} values of the {role} table {said}",
        where=f"{role} table, column {name!r}",
        expected="every present value to fit what is declared",
        todo="correct the declaration or the table",
    )


def _contradiction(name: str, what: str, todo: str) -> TableError:
    return TableError(
        f"column {name!r} is declared with {what}",
        where=f"column {name!r}",
        expected="a kind that its values can have",
        todo=todo,
    )


def counted(rows: int, minimum: int) -> str:
    """A count of rows that may be shown: exact, or only that it is small."""
    return f"{rows:,}" if rows >= minimum else f"fewer than {minimum}"


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def nearest(name: str, among: Sequence[str]) -> str:
    """The names most like it, in brackets, or nothing."""
    close = get_close_matches(name, among, n=3, cutoff=0.5)
    return f" (nearest: {', '.join(repr(other) for other in close)})" if close else ""

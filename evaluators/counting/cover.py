"""Which columns to count together: one pass for many pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Final, TypeAlias

Way: TypeAlias = tuple[str, ...]
TOGETHER: Final = 1 << 16  # cells of one query
LIMIT: Final = 1 << 13  # cells of one pass: they fit the processor's cache as a plain array


def covering(
    ways: Sequence[Way], sizes: Mapping[str, float]
) -> list[tuple[tuple[str, ...], list[Way]]]:
    """Sets of columns with at most ``LIMIT`` joint cells, each with the ways that it answers.

    ``sizes`` are the cells of each column. The first way that is left opens a set; then the column
    that answers most further ways joins, the smaller first, as long as one fits. A way with more
    cells than the limit has a set of its own.
    """
    left, sets = dict.fromkeys(ways), []
    while left:
        columns = dict.fromkeys(next(iter(left)))
        while (column := _next(columns, left, sizes)) is not None:
            columns[column] = None
        answered = [way for way in left if columns.keys() >= set(way)]
        for way in answered:
            del left[way]
        sets.append((tuple(columns), answered))
    return sets


def at_once(sets: Iterable[Way], sizes: Mapping[str, float]) -> list[list[Way]]:
    """Sets in lists for one query each, of at most ``TOGETHER`` cells unless one has more alone."""
    lists: list[list[Way]] = []
    room = 0.0
    for columns in sets:
        cells = prod(sizes[column] for column in columns)
        if cells > room or not lists:
            lists.append([])
            room = TOGETHER
        lists[-1].append(columns)
        room -= cells
    return lists


def _next(
    columns: dict[str, None], left: dict[Way, None], sizes: Mapping[str, float]
) -> str | None:
    """The column that answers most ways beside those there, None if none fits and answers one."""
    room = LIMIT / prod(sizes[column] for column in columns)
    gains: dict[str, int] = {}
    for way in left:
        new = [column for column in way if column not in columns]
        if len(new) == 1 and sizes[new[0]] <= room:
            gains[new[0]] = gains.get(new[0], 0) + 1
    return max(gains, key=lambda column: (gains[column], -sizes[column]), default=None)

"""The loops over pairs of rows, compiled: integers in, integers out, the same in any order.

Candidates are cut into tiles small enough for the first-level cache; each query goes over a tile
column by column, so that the processor compares many candidates at once, and a tile whose least
distance is no better than what is kept is left at once, by its categories alone if these suffice.
A list of ``k`` is kept for each query in place of a sort of all distances. All candidates are seen
in rising position and only a smaller distance displaces another, so of equal distances the lowest
position stays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

TILE = 512


@njit(cache=True, nogil=True)
def _add_number(totals: Any, column: Any, value: Any, one: Any) -> None:
    """Add the difference in a column of numbers, which is at most ``one``."""
    kind = totals.dtype.type
    for i in range(len(column)):
        difference = kind(column[i] - value)
        totals[i] = kind(totals[i] + min(max(difference, kind(-difference)), one))


@njit(cache=True, nogil=True)
def _add_code(totals: Any, column: Any, value: Any, one: Any) -> None:
    """Add ``one`` wherever a category differs."""
    kind = totals.dtype.type
    for i in range(len(column)):
        totals[i] = kind(totals[i] + (one if column[i] != value else kind(0)))


@njit(cache=True, nogil=True)
def _least(totals: Any) -> Any:
    least = totals[0]
    for i in range(len(totals)):
        least = min(least, totals[i])
    return least


@njit(cache=True, nogil=True)
def _add_codes(totals: Any, start: int, codes: Any, code: Any, one: Any) -> None:
    """Add what the categories of one query, ``code``, differ from the rows from ``start`` on."""
    for column in range(len(code)):
        _add_code(totals, codes[column][start : start + len(totals)], code[column], one)


@njit(cache=True, nogil=True)
def _add_numbers(totals: Any, start: int, numbers: Any, number: Any, one: Any) -> None:
    """Add what the numbers of one query, ``number``, differ from the rows from ``start`` on."""
    for column in range(len(number)):
        _add_number(totals, numbers[column][start : start + len(totals)], number[column], one)


@njit(cache=True, nogil=True)
def _keep(totals: Any, start: int, best: Any, at: Any) -> None:
    """Put the distances of a tile that are small enough into the sorted list of a query."""
    last = len(best) - 1
    for i in range(len(totals)):
        if totals[i] < best[last]:
            place = last
            while place > 0 and best[place - 1] > totals[i]:
                best[place], at[place] = best[place - 1], at[place - 1]
                place -= 1
            best[place], at[place] = totals[i], start + i


@njit(cache=True, nogil=True)
def nearest_of(
    numbers: Any, codes: Any, number: Any, code: Any, one: Any, own: Any, best: Any, at: Any
) -> None:
    """Fill ``best`` and ``at``, (queries, k), for queries (queries, columns) and candidates
    (columns, candidates); candidate ``own[q]`` is passed over, none if it is negative.
    """
    rows = max(numbers.shape[1], codes.shape[1])
    totals = np.empty(TILE, best.dtype)
    far = np.iinfo(best.dtype).max
    for start in range(0, rows, TILE):
        stop = min(start + TILE, rows)
        tile = totals[: stop - start]
        for q in range(len(best)):
            tile[:] = 0
            _add_codes(tile, start, codes, code[q], one)
            if _least(tile) >= best[q, -1]:
                continue  # a difference in a number only adds to it
            _add_numbers(tile, start, numbers, number[q], one)
            if start <= own[q] < stop:
                tile[own[q] - start] = far
            if _least(tile) < best[q, -1]:
                _keep(tile, start, best[q], at[q])


@njit(cache=True, nogil=True)
def _without_number(rest: Any, totals: Any, column: Any, value: Any, one: Any) -> None:
    kind = totals.dtype.type
    for i in range(len(column)):
        difference = kind(column[i] - value)
        rest[i] = kind(totals[i] - min(max(difference, kind(-difference)), one))


@njit(cache=True, nogil=True)
def _without_code(rest: Any, totals: Any, column: Any, value: Any, one: Any) -> None:
    kind = totals.dtype.type
    for i in range(len(column)):
        rest[i] = kind(totals[i] - (one if column[i] != value else kind(0)))


@njit(cache=True, nogil=True)
def _leave_out(
    totals: Any,
    rest: Any,
    start: int,
    numbers: Any,
    codes: Any,
    number: Any,
    code: Any,
    one: Any,
    best: Any,
    at: Any,
) -> None:
    """Update ``best`` and ``at`` of one query, (columns, 1), from its ``totals`` over a tile."""
    stop, least = start + len(totals), _least(totals)
    for column in range(len(best)):
        if least - one >= best[column, 0]:
            continue  # no row of the tile is near enough, whatever its difference here
        if column < len(number):
            some = numbers[column][start:stop]
            _without_number(rest, totals, some, number[column], one)
        else:
            category = column - len(number)
            some = codes[category][start:stop]
            _without_code(rest, totals, some, code[category], one)
        if _least(rest) < best[column, 0]:
            _keep(rest, start, best[column], at[column])


@njit(cache=True, nogil=True)
def nearest_without(
    numbers: Any, codes: Any, number: Any, code: Any, one: Any, best: Any, at: Any
) -> None:
    """Fill ``best`` and ``at``, (queries, columns, 1), with the nearest by all other columns.

    Each pair is compared once: a column's difference is taken off the distance by all of them.
    """
    rows = max(numbers.shape[1], codes.shape[1])
    totals, rest = np.empty(TILE, best.dtype), np.empty(TILE, best.dtype)
    for start in range(0, rows, TILE):
        size = min(TILE, rows - start)
        for q in range(len(best)):
            tile, left = totals[:size], rest[:size]
            tile[:] = 0
            _add_codes(tile, start, codes, code[q], one)
            _add_numbers(tile, start, numbers, number[q], one)
            _leave_out(tile, left, start, numbers, codes, number[q], code[q], one, best[q], at[q])

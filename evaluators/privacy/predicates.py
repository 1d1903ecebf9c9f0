"""Predicates on a table: conditions on several columns, and how many rows they fit.

Every column of all three tables becomes ranks (of ordered columns) or codes (of others), -1 where
missing, so that each condition is a range of integers, or all that lies outside one. Rows are
tried only until a second one fits, for no attack asks for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit

from evaluators.base import Tables
from evaluators.encode import Codes, labels, numbers, row_codes
from evaluators.shared import once_per_tables

EQUAL, UNEQUAL, ABOVE, BELOW, AT_LEAST, AT_MOST = range(6)
MISSING = -1
LAST = np.iinfo(np.int32).max

Ranks = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Predicates:
    """Conditions of ``p`` predicates on ``c`` columns each; every field has shape (p, c).

    A value fits if it lies within ``low .. high``, or, where not ``inside``, if it is known and
    does not.
    """

    columns: Codes
    low: Codes
    high: Codes
    inside: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.columns)


@once_per_tables
def distinct_ranks(tables: Tables) -> tuple[Ranks, Ranks, Ranks]:
    """The distinct rows of real, holdout and synthetic, each of shape (columns, rows)."""
    stacked = np.stack([_ranks(tables, column) for column in tables.columns])
    starts = np.cumsum([0] + [len(table) for table in tables.each])
    real, holdout, synthetic = (
        stacked[:, start + _first_of_each(rows)]
        for start, rows in zip(starts, row_codes(tables), strict=False)
    )
    return real, holdout, synthetic


def _ranks(tables: Tables, column: str) -> Ranks:
    ordered = tables.kinds[column].ordered
    view = numbers if ordered else labels
    stacked = np.concatenate([view(table[column]) for table in tables.each])
    return pd.factorize(stacked, sort=ordered)[0].astype(np.int32)


def _first_of_each(rows: Codes) -> Codes:
    return np.sort(np.unique(rows, return_index=True)[1])


def predicates(columns: Codes, values: Codes, tests: Codes) -> Predicates:
    """Conditions that compare columns with values, all of shape (predicates, conditions).

    A missing value makes the test for equality one for missing, and any other one for known.
    """
    low, high = values.copy(), values.copy()
    low[tests == ABOVE] += 1
    high[tests == BELOW] -= 1
    low[np.isin(tests, (BELOW, AT_MOST))] = 0
    high[np.isin(tests, (ABOVE, AT_LEAST))] = LAST
    known = (values == MISSING) & (tests != EQUAL)
    low[known], high[known] = 0, LAST
    return Predicates(columns, low, high, (tests != UNEQUAL) | known)


@dataclass(frozen=True)
class Sorted:
    """Rows by rank, all of shape (columns, rows): ``ranks`` are ``values`` in this ``order``."""

    values: Ranks
    order: Codes
    ranks: Ranks

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.values.shape[1]


def by_rank(values: Ranks) -> Sorted:
    """Rows of shape (columns, rows), sorted by every column."""
    order = np.argsort(values, axis=1, kind="stable")
    return Sorted(values, order, np.take_along_axis(values, order, axis=1))


def fits(rows: Sorted, tried: Predicates) -> Codes:
    """How many rows each predicate fits: 0, 1, or 2 for two and more."""
    conditions = tried.columns, tried.low, tried.high, tried.inside
    found: Codes = _fits(rows.values, rows.order, rows.ranks, *conditions)
    return found


@njit(cache=True, nogil=True)
def _fits(
    values: Any, order: Any, ranks: Any, columns: Any, low: Any, high: Any, inside: Any
) -> Any:
    found = np.zeros(len(columns), np.int64)
    for i in range(len(columns)):
        column, start, stop = _narrowest(ranks, columns[i], low[i], high[i], inside[i])
        for row in order[column, start:stop]:
            if _fit(values, row, columns[i], low[i], high[i], inside[i]):
                found[i] += 1
                if found[i] == 2:
                    break
    return found


@njit(cache=True, nogil=True)
def _narrowest(ranks: Any, columns: Any, low: Any, high: Any, inside: Any) -> Any:
    """The column whose condition holds fewest rows, and where they start and stop in its order."""
    best, first, last = columns[0], 0, ranks.shape[1]
    for j in range(len(columns)):
        if inside[j]:
            start = np.searchsorted(ranks[columns[j]], low[j])
            stop = np.searchsorted(ranks[columns[j]], high[j], side="right")
            if stop - start < last - first:
                best, first, last = columns[j], start, stop
    return best, first, last


@njit(cache=True, nogil=True)
def _fit(values: Any, row: Any, columns: Any, low: Any, high: Any, inside: Any) -> Any:
    for j in range(len(columns)):
        value = values[columns[j], row]
        within = low[j] <= value <= high[j]
        if within != inside[j] or (value == MISSING and not inside[j]):
            return False
    return True

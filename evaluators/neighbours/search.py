"""Exact nearest neighbours among encoded rows, and by all columns but one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from evaluators.encode import Codes, Floats
from evaluators.neighbours.kernels import nearest_of, nearest_without
from evaluators.neighbours.rows import Rows, Steps


def nearest(
    queries: Rows,
    candidates: Rows,
    k: int,
    columns: Sequence[str] | None = None,
    exclude_self: bool = False,
    threads: int = 1,
) -> tuple[Floats, Codes]:
    """The ``k`` nearest candidates of each query: distances and positions, both (queries, k).

    Sorted by distance and then by position, so that ties go to the lowest position. ``columns``
    are those that count, all by default. With ``exclude_self`` queries and candidates are the
    same rows and no row is its own neighbour. Raises ``ValueError`` if there are fewer than ``k``
    candidates.
    """
    if columns is not None:
        queries, candidates = queries.only(columns), candidates.only(columns)
    if not 1 <= k <= len(candidates) - exclude_self:
        raise ValueError(f"{k} neighbours of each row are asked for among {len(candidates)} rows")
    if exclude_self and len(queries) != len(candidates):
        raise ValueError("only rows sought among themselves can be their own neighbours")
    own = np.arange(len(queries)) if exclude_self else np.full(len(queries), -1)
    best, at = _blank(candidates, (len(queries), k))
    number, code, one = _by_row(queries.numbers), _by_row(queries.codes), _one(candidates)

    def part(rows: slice) -> None:
        given = number[rows], code[rows], one, own[rows], best[rows], at[rows]
        nearest_of(candidates.numbers, candidates.codes, *given)

    _in_parts(part, len(queries), threads)
    return best / candidates.one, at


def nearest_leaving_out(queries: Rows, candidates: Rows, threads: int = 1) -> tuple[Floats, Codes]:
    """The nearest candidate by all columns but one, for every column in schema order.

    Distances and positions, both (columns, queries); ties go to the lowest position.
    """
    names = candidates.names
    best, at = _blank(candidates, (len(queries), len(names), 1))
    number, code, one = _by_row(queries.numbers), _by_row(queries.codes), _one(candidates)

    def part(rows: slice) -> None:
        given = number[rows], code[rows], one, best[rows], at[rows]
        nearest_without(candidates.numbers, candidates.codes, *given)

    _in_parts(part, len(queries), threads)
    order = [candidates.stored.index(name) for name in names]
    return (best[:, order, 0] / candidates.one).T, at[:, order, 0].T


def _by_row(columns: Steps) -> Steps:
    return np.ascontiguousarray(columns.T)


def _one(rows: Rows) -> Any:
    return rows.numbers.dtype.type(rows.one)


def _blank(candidates: Rows, shape: tuple[int, ...]) -> tuple[Steps, Codes]:
    dtype = candidates.numbers.dtype
    return np.full(shape, np.iinfo(dtype).max, dtype), np.zeros(shape, dtype=np.int64)


def _in_parts(work: Callable[[slice], None], rows: int, threads: int) -> None:
    """``work`` on equal slices of the rows, one a thread; compiled loops hold no lock."""
    bounds = np.linspace(0, rows, threads + 1).astype(int)
    parts = [slice(a, b) for a, b in pairwise(bounds)]
    if threads == 1:
        work(parts[0])
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, parts))

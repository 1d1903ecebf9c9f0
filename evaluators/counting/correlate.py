"""Pearson correlations of every pair of continuous columns, over complete pairs.

One matrix product a chunk of rows gives the moments of all pairs: with missing values as zeros and
a matrix of what is present, each pair's sums are over its complete rows alone. Chunks are of a
fixed size and summed in the order of rows by one thread, so that every run has the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from evaluators.base import Tables
from evaluators.counting.base import Correlation
from evaluators.counting.source import key, source, stream
from evaluators.counting.values import Extent, extents
from evaluators.encode import Floats
from evaluators.shared import once_per_tables

Pair: TypeAlias = tuple[str, str]
Moments: TypeAlias = tuple[Floats, Floats, Floats, Floats]
CHUNK: Final = 1 << 16
FAR: Final = 10.0  # standard deviations between shift and mean: they cost two digits
TINY: Final = 1e-30  # rounding of a constant column
NARROW: Final = 1e-6  # of the squared range: below it rounding can pass for variance


@once_per_tables
def correlations(tables: Tables) -> dict[Pair, Correlation]:
    """Every pair of continuous columns in schema order, with its r in each table."""
    columns = [column for column in tables.columns if tables.kinds[column].continuous]
    if len(columns) < 2:
        return {}
    with threadpool_limits(limits=1, user_api="blas"):
        sides = [_of(tables, columns, side) for side in range(3)]
    found = {}
    for pair in combinations(columns, 2):
        (real, n), (holdout, m), (synthetic, k) = (side[pair] for side in sides)
        found[pair] = Correlation(real, holdout, synthetic, (n, m, k))
    return found


def _of(tables: Tables, columns: list[str], side: int) -> dict[Pair, tuple[float | None, int]]:
    """r of every pair in one table, and how many of its rows are complete."""
    found = source(tables)
    rows = found.sides[side].select(*(key(tables, column) for column in columns))
    spans = [extents(tables)[column][side] for column in columns]
    n, sums, squares, products = _moments(found.backend, rows, spans)
    result: dict[Pair, tuple[float | None, int]] = {}
    for (i, a), (j, b) in combinations(enumerate(columns), 2):
        count = int(n[i, j])
        if count < 2 or any(spans[at].low == spans[at].high for at in (i, j)):
            result[a, b] = None, count
            continue
        x = squares[i, j] - sums[i, j] ** 2 / count
        y = squares[j, i] - sums[j, i] ** 2 / count
        if min(x, y) < NARROW * count and _constant(found.backend, rows, i, j):
            result[a, b] = None, count
            continue
        r = (products[i, j] - sums[i, j] * sums[j, i] / count) / np.sqrt(x * y)
        result[a, b] = float(np.clip(r, -1, 1)) if np.isfinite(r) else None, count
    return result


def _constant(backend: Any, rows: Any, i: int, j: int) -> bool:
    """Whether either column has one value over the complete pairs."""
    a, b = rows[rows.columns[i]], rows[rows.columns[j]]
    complete = rows.filter(a.notnull() & b.notnull())
    values = [complete[rows.columns[at]] for at in (i, j)]
    asked = {f"{name}{at}": end for at, v in enumerate(values) for name, end in _ends(v)}
    (row,) = backend.to_pyarrow(complete.aggregate(**asked)).to_pylist()
    return bool(row["low0"] == row["high0"] or row["low1"] == row["high1"])


def _ends(column: Any) -> list[tuple[str, Any]]:
    return [("low", column.min()), ("high", column.max())]


def _moments(backend: Any, rows: Any, spans: list[Extent]) -> Moments:
    """Counts, sums of i, sums of i squared and of i times j, over rows where i and j are present.

    Columns are divided by their range and shifted by about their mean, so that nothing cancels:
    by the mean of the first rows, and if that is far off, by the mean itself.
    """
    shift, moments = _shifted(_chunks(backend, rows, spans), np.full(len(spans), np.nan))
    n, sums, squares, _ = (np.diagonal(moment) for moment in moments)
    mean = sums / np.maximum(n, 1)
    if np.any(mean**2 > FAR**2 * (squares / np.maximum(n, 1) - mean**2) + TINY):
        _, moments = _shifted(_chunks(backend, rows, spans), shift + mean)
    return moments


def _shifted(chunks: Iterator[Floats], shift: Floats) -> tuple[Floats, Moments]:
    """The shift used, and the moments of chunks (columns, rows); NaN is not known yet."""
    size = len(shift)
    moments = np.zeros((4, size, size))
    for chunk in chunks:
        there = ~np.isnan(chunk)
        if np.isnan(shift).any():
            first = np.where(there, chunk, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
            shift = np.where(np.isnan(shift), first, shift)
        moments += _summed(chunk - shift[:, None], there)
    return shift, (moments[0], moments[1], moments[2], moments[3])


def _summed(held: Floats, there: npt.NDArray[np.bool_]) -> Moments:
    """The moments of one chunk; where nothing is missing three of the products are plain sums."""
    if there.all():
        pairs = np.ones((len(held), len(held)))
        sums, squares = held.sum(axis=1, keepdims=True), (held * held).sum(axis=1, keepdims=True)
        return held.shape[1] * pairs, sums * pairs, squares * pairs, held @ held.T
    held, known = np.where(there, held, 0.0), there.astype(np.float64)
    return known @ known.T, held @ known.T, (held * held) @ known.T, held @ held.T


def _chunks(backend: Any, rows: Any, spans: list[Extent]) -> Iterator[Floats]:
    """Chunks (columns, ``CHUNK`` rows) scaled to 0 ... 1, missing as NaN."""
    low = np.array([[span.low or 0.0] for span in spans], dtype=np.float64)
    width = np.array([[(span.high or 0.0) - (span.low or 0.0)] for span in spans])
    width = np.where(width > 0, width, 1.0)
    waiting, held = [np.empty((len(spans), 0))], 0
    for batch in stream(backend, rows):
        waiting.append((_floats(batch) - low) / width)
        held += len(batch)
        if held >= CHUNK:
            joined, whole = np.concatenate(waiting, axis=1), held - held % CHUNK
            for start in range(0, whole, CHUNK):
                yield joined[:, start : start + CHUNK]
            waiting, held = [joined[:, whole:]], held - whole
    if held:
        yield np.concatenate(waiting, axis=1)


def _floats(batch: pa.RecordBatch) -> npt.NDArray[np.float64]:
    columns = [column.to_numpy(zero_copy_only=False).astype(np.float64) for column in batch]
    return np.stack(columns)

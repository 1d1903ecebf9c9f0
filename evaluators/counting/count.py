"""Joint counts of columns in the three tables, from as few passes as will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any, TypeAlias

import numpy as np

from evaluators.base import Tables
from evaluators.counting.base import Cells, Counts, Cut, Names
from evaluators.counting.coding import coded, codes_of, size
from evaluators.counting.cover import covering
from evaluators.counting.source import key, source
from evaluators.counting.values import as_names, dictionary, extents, in_order
from evaluators.encode import Floats

Way: TypeAlias = tuple[str, ...]
WIDEST = 2**62


def cells(tables: Tables, ways: Sequence[Way], cut: Cut) -> Iterator[Cells]:
    """The joint counts of each tuple of columns, in the order of ``ways``."""
    direct = [way for way in ways if len(way) == 1 and _distinct(tables, way[0], cut)]
    joint = [way for way in ways if way not in set(direct)]
    found = _joint(tables, joint, cut)
    kept: dict[Way, Cells] = {}
    for way in ways:
        if way in direct:
            yield _single(tables, way[0], cut)
            continue
        while way not in kept:
            kept |= next(found)
        yield kept[way]


def _distinct(tables: Tables, column: str, cut: Cut) -> bool:
    """Whether every value is a cell, so that nothing needs to be coded."""
    return cut.numbers == "values" or not tables.kinds[column].continuous


def _single(tables: Tables, column: str, cut: Cut) -> Cells:
    """One column whose cells are its values."""
    if tables.kinds[column].continuous:
        names, counts, absent = _numbers(tables, column)
    else:
        known = codes_of(tables, column, cut.top)
        held = dictionary(tables, column)
        names, counts, absent = known.names, known.summed(held.counts), held.missing
    total = np.vstack([counts, absent[None, :]])
    codes = np.arange(len(total))[:, None]
    return _cells((column,), codes, total, np.array([len(names)]), names)


def _numbers(tables: Tables, column: str) -> tuple[Floats, Counts, Counts]:
    batches = list(in_order(tables, column))
    values = np.concatenate([np.empty(0), *(values for values, _ in batches)])
    counts = np.concatenate([np.empty((0, 3), np.int64), *(counts for _, counts in batches)])
    absent = [each.rows - each.present for each in extents(tables)[column]]
    return as_names(tables, column, values), counts, np.array(absent)


def _joint(tables: Tables, ways: Sequence[Way], cut: Cut) -> Iterator[dict[Way, Cells]]:
    """The cells of every way, set of columns after set of columns."""
    used = {column for way in ways for column in way}
    stored = tuple(c for c in tables.kinds if c in used.union(tables.columns))
    sizes = {column: size(tables, column, cut) for column in used}
    for together, answered in covering(ways, {c: n + 1 if n else inf for c, n in sizes.items()}):
        rows = coded(tables, together if cut.numbers == "values" else stored, cut)
        codes, counts, absent = _grouped(tables, rows, together, sizes)
        at = {column: place for place, column in enumerate(together)}
        yield {
            way: _cells(way, codes[:, places], counts, absent[places])
            for way in answered
            for places in [[at[column] for column in way]]
        }


def _grouped(
    tables: Tables, rows: Any, columns: Way, sizes: dict[str, int]
) -> tuple[Counts, Counts, Counts]:
    """Codes (groups, columns), counts (groups, 3) and the code of missing of each column."""
    names = [key(tables, column) for column in columns]
    groups = rows.group_by(*names, "side").agg(n=rows.count())
    found = source(tables).backend.to_pyarrow(groups)
    absent, codes = [], []
    for column, name in zip(columns, names, strict=True):
        held, last = found.column(name).to_numpy(zero_copy_only=False), sizes[column]
        if not last and tables.kinds[column].continuous:
            held, last = _ranked(tables, column, held)
        codes.append(held.astype(np.int64))
        absent.append(last)
    counts = np.zeros((len(found), 3), dtype=np.int64)
    side = found.column("side").to_numpy().astype(np.int64)
    counts[np.arange(len(found)), side] = found.column("n").to_numpy()
    return np.stack(codes, axis=1), counts, np.array(absent)


def _ranked(tables: Tables, column: str, held: Floats) -> tuple[Counts, int]:
    """Numbers by their place among the distinct values of all tables; missing is NaN here."""
    batches = in_order(tables, column)
    known = np.concatenate([np.empty(0), *(values for values, _ in batches)])
    return np.searchsorted(known, held.astype(np.float64)), len(known)


def _cells(
    way: Way, codes: Counts, counts: Counts, absent: Counts, names: Names | None = None
) -> Cells:
    """Groups with equal codes made one, sorted by code."""
    first, place = _equal(codes, absent + 1)
    total = np.zeros((len(first), 3), dtype=np.int64)
    for side in range(3):
        summed = np.bincount(place, counts[:, side], len(first))  # exact below 2**53 rows
        total[:, side] = summed.astype(np.int64)
    some = total.any(axis=1)
    codes, total = codes[first][some], total[some]
    gone = codes == absent
    if names is None:
        labels = np.full(len(codes) if len(way) == 1 else 0, None, dtype=object)
    else:
        labels = np.append(names, np.array([None], dtype=names.dtype))[codes[:, 0]]
    return Cells(way, codes, gone, labels, total[:, 0], total[:, 1], total[:, 2])


def _equal(codes: Counts, spans: Counts) -> tuple[Counts, Counts]:
    """The first row of each distinct one, in order, and for every row the place of its like."""
    flat, span = codes[:, 0], int(spans[0])
    for column in range(1, codes.shape[1]):
        if span * int(spans[column]) > WIDEST:
            flat = np.unique(flat, return_inverse=True)[1]
            span = len(flat)
        flat, span = flat * spans[column] + codes[:, column], span * int(spans[column])
    _, first, place = np.unique(flat, return_index=True, return_inverse=True)
    return first, place

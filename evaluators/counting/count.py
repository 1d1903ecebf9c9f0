"""Joint counts of columns in the three tables, from as few passes as will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any, TypeAlias

import ibis
import numpy as np
import pyarrow as pa

from evaluators.base import Tables
from evaluators.counting.base import Cells, Counts, Cut, Names
from evaluators.counting.coding import coded, codes_of, size
from evaluators.counting.cover import at_once, covering
from evaluators.counting.source import key, source
from evaluators.counting.values import as_names, dictionary, extents, in_order
from evaluators.counting.wide import COLUMNS, crossed, dense, is_wide
from evaluators.encode import Floats

Way: TypeAlias = tuple[str, ...]
WIDEST = 2**62


def cells(tables: Tables, ways: Sequence[Way], cut: Cut) -> Iterator[Cells]:
    """The joint counts of each tuple of columns, in the order of ``ways``, which are distinct."""
    direct = [way for way in ways if len(way) == 1 and _distinct(tables, way[0], cut)]
    single = set(direct)
    found = _counted(tables, [way for way in ways if way not in single], cut)
    kept: dict[Way, Cells] = {}
    for way in ways:
        if way in single:
            yield _single(tables, way[0], cut)
            continue
        while way not in kept:
            kept |= next(found[way])
        yield kept.pop(way)


def _counted(
    tables: Tables, ways: Sequence[Way], cut: Cut
) -> dict[Way, Iterator[dict[Way, Cells]]]:
    """What counts each way: of many columns their codes, else the database.

    They are asked in turn, so that the cells of neither wait in memory for those of the other.
    """
    held = {way for way in ways if dense(tables, way, cut)} if is_wide(tables, ways, cut) else set()
    by_codes = crossed(tables, [way for way in ways if way in held], cut)
    by_queries = _joint(tables, [way for way in ways if way not in held], cut)
    return {way: by_codes if way in held else by_queries for way in ways}


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
    stored = _stored(tables, used)
    sizes = {column: size(tables, column, cut) for column in used}
    widths = {column: n + 1 if n else inf for column, n in sizes.items()}
    answers = dict(covering(ways, widths))
    for sets in at_once(answers, widths):
        rows = [coded(tables, s if cut.numbers == "values" else stored, cut) for s in sets]
        for together, groups in zip(sets, _grouped(tables, rows, sets), strict=True):
            codes, counts, absent = _numbered(tables, groups, together, sizes)
            at = {column: place for place, column in enumerate(together)}
            yield {
                way: _cells(way, codes[:, places], counts, absent[places])
                for way in answers[together]
                for places in [[at[column] for column in way]]
            }


def _stored(tables: Tables, used: set[str]) -> Way:
    """The columns to code and store: all of a narrow table, for what is asked next needs them."""
    if len(tables.columns) < COLUMNS:
        used = used.union(tables.columns)
    return tuple(column for column in tables.kinds if column in used)


def _grouped(tables: Tables, rows: Sequence[Any], sets: Sequence[Way]) -> list[pa.Table]:
    """The groups of each set of columns, k0, k1, ... with side and n: one query for all sets."""
    found, most = source(tables), max(map(len, sets))
    parts = []
    for place, (table, columns) in enumerate(zip(rows, sets, strict=True)):
        names = [key(tables, column) for column in columns]
        groups = table.group_by(*names, "side").agg(n=table.count())
        keys = {f"k{at}": _wide(groups[name]) for at, name in enumerate(names)}
        blank = {f"k{at}": ibis.literal(0, "int64") for at in range(len(names), most)}
        parts.append(groups.select(place=place, side=groups.side, n=groups.n, **keys, **blank))
    answer = found.backend.to_pyarrow(ibis.union(*parts) if parts[1:] else parts[0])
    places = answer.column("place").to_numpy()
    return [answer.filter(places == place) for place in range(len(sets))]


def _wide(code: Any) -> Any:
    """A code as large as any, so that those of several sets stand in one column."""
    return code.cast("int64") if code.type().is_integer() else code


def _numbered(
    tables: Tables, groups: pa.Table, columns: Way, sizes: dict[str, int]
) -> tuple[Counts, Counts, Counts]:
    """Codes (groups, columns), counts (groups, 3) and the code of missing of each column."""
    absent, codes = [], []
    for at, column in enumerate(columns):
        held, last = groups.column(f"k{at}").to_numpy(zero_copy_only=False), sizes[column]
        if not last and tables.kinds[column].continuous:
            held, last = _ranked(tables, column, held)
        codes.append(held.astype(np.int64))
        absent.append(last)
    counts = np.zeros((len(groups), 3), dtype=np.int64)
    side = groups.column("side").to_numpy().astype(np.int64)
    counts[np.arange(len(groups)), side] = groups.column("n").to_numpy()
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

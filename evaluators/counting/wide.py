"""Joint counts of very many sets of columns: coded once, then counted in compiled code.

A pass of the database answers a handful of pairs, and five hundred columns have 124,750 of them. So
the columns of wide tables are read once, coded by the edges and dictionaries of ``coding``, and
kept as small integers, beside what the engine spills where they are many; a loop over them counts
pair after pair. Counts are whole numbers, and equal those of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from typing import Any, Final, TypeAlias
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evaluators.base import Kind, Tables
from evaluators.counting.base import Cells, Counts, Cut
from evaluators.counting.coding import codes_of, size
from evaluators.counting.edges import edges
from evaluators.counting.source import THREADS, key, source, stream
from evaluators.encode import DAY, Floats
from evaluators.shared import once_per_tables

Way: TypeAlias = tuple[str, ...]
Codes: TypeAlias = npt.NDArray[np.uint16]
COLUMNS: Final = 48  # from so many on it pays to code them once
DENSE: Final = 1 << 21  # cells of one way, and of those counted together: 48 MB of counts
HELD: Final = 1 << 28  # bytes of codes to hold in memory
BLOCK: Final = 64  # columns read at once


@dataclass(frozen=True, eq=False)
class Coded:
    """The three tables as codes (columns, rows), and the number of codes of each column."""

    sides: tuple[Codes, Codes, Codes]
    sizes: Counts


def is_wide(tables: Tables, ways: Sequence[Way], cut: Cut) -> bool:
    """Whether the ways range over so many columns that they are better counted here."""
    columns = {column for way in ways for column in way}
    numbers = any(tables.kinds[column].continuous for column in columns)
    return len(columns) >= COLUMNS and not (numbers and cut.numbers == "values")


def dense(tables: Tables, way: Way, cut: Cut) -> bool:
    """Whether the cells of a way can all be held."""
    sizes = [size(tables, column, cut) + 1 for column in way]
    return max(sizes) < 2**16 and prod(sizes) <= DENSE


def crossed(tables: Tables, ways: Sequence[Way], cut: Cut) -> Iterator[dict[Way, Cells]]:
    """The cells of ways that are ``dense`` and of one length each, lot by lot."""
    columns = tuple(dict.fromkeys(column for way in ways for column in way))
    coded = _coded(tables, columns, cut)
    place = {column: at for at, column in enumerate(columns)}
    for lot in _lots(ways, dict(zip(columns, coded.sizes.tolist(), strict=True))):
        places = np.array([[place[column] for column in way] for way in lot], dtype=np.int64)
        yield dict(zip(lot, _counted(coded, lot, places), strict=True))


def _lots(ways: Sequence[Way], sizes: dict[str, int]) -> Iterator[list[Way]]:
    """Ways of one length whose cells fit together."""
    lot: list[Way] = []
    room = 0
    for way in ways:
        cells = prod(sizes[column] for column in way)
        if lot and (cells > room or len(way) != len(lot[0])):
            yield lot
            lot = []
        room = (DENSE if not lot else room) - cells
        lot.append(way)
    if lot:
        yield lot


def _counted(coded: Coded, lot: Sequence[Way], ways: Counts) -> Iterator[Cells]:
    """The cells of each way of a lot; its columns stand in ``ways`` by their places."""
    from evaluators.counting.tally import tally

    cells = coded.sizes[ways].prod(axis=1)
    starts = np.concatenate([[0], np.cumsum(cells)])
    counts = np.zeros((3, starts[-1]), dtype=np.int64)
    parts = np.array_split(np.arange(len(ways)), THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        tasks = [
            pool.submit(tally, codes, coded.sizes, ways[part], starts[part], counts[side])
            for side, codes in enumerate(coded.sides)
            for part in parts
        ]
        for task in tasks:
            task.result()
    for at, way in enumerate(lot):
        yield _cells(way, coded.sizes[ways[at]], counts[:, starts[at] : starts[at + 1]])


def _cells(way: Way, sizes: Counts, counts: Counts) -> Cells:
    """Those of all possible cells that hold a row."""
    some = np.flatnonzero(counts.any(axis=0))
    codes = np.stack(np.unravel_index(some, tuple(sizes)), axis=1)
    names = np.full(len(some) if len(way) == 1 else 0, None, dtype=object)
    real, holdout, synthetic = counts[:, some]
    return Cells(way, codes, codes == sizes - 1, names, real, holdout, synthetic)


@once_per_tables
def _coded(tables: Tables, columns: Way, cut: Cut) -> Coded:
    sizes = np.array([size(tables, column, cut) + 1 for column in columns], dtype=np.int64)
    real, holdout, synthetic = (_side(tables, columns, cut, side) for side in range(3))
    return Coded((real, holdout, synthetic), sizes)


def _side(tables: Tables, columns: Way, cut: Cut, side: int) -> Codes:
    """One table as codes (columns, rows), block after block of columns as they lie in the file."""
    found = source(tables)
    codes = _room(tables, len(columns), tables.rows[side])
    for first in range(0, len(columns), BLOCK):
        block, start = columns[first : first + BLOCK], 0
        rows = found.sides[side].select(*(key(tables, column) for column in block))
        for batch in stream(found.backend, rows):
            for at, column in enumerate(block):
                coded = _code(tables, column, cut, side, batch.column(at))
                codes[first + at, start : start + len(batch)] = coded
            start += len(batch)
        if start != tables.rows[side]:  # codes that nobody wrote would be counted anywhere
            raise ValueError(f"{start} rows where there were {tables.rows[side]}: a file changed")
    return codes


def _room(tables: Tables, columns: int, rows: int) -> Codes:
    """Room for the codes: in memory, or as a file where the engine spills."""
    if 2 * columns * rows <= HELD:
        return np.empty((columns, rows), dtype=np.uint16)
    place = source(tables).spilled
    place.mkdir(exist_ok=True)
    return np.memmap(place / uuid4().hex, np.uint16, "w+", shape=(columns, rows))


def _code(tables: Tables, column: str, cut: Cut, side: int, held: pa.Array) -> Any:
    absent = size(tables, column, cut)
    if not tables.kinds[column].continuous:
        known = codes_of(tables, column, cut.top)
        place = pc.index_in(held, pa.array(known.held, held.type), skip_nulls=True)
        place = place.fill_null(len(known.held)).to_numpy()
        return np.append(known.codes, absent)[place]
    number = held.to_numpy(zero_copy_only=False).astype(np.float64)
    if tables.kinds[column] is Kind.DATETIME and cut.numbers != "own":
        number = number / 1e6 / DAY
    cuts: Floats = edges(tables, column, cut)[side]
    code = np.searchsorted(cuts, number, "left" if cut.numbers == "quantile" else "right")
    return np.where(np.isnan(number), absent, code)

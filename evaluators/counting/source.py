"""The three tables as Ibis tables of DuckDB: frames as they are, files read where they lie.

Columns are named by their place, ``c0``, ``c1``, ..., because SQL names ignore case. Numbers are
float64, datetimes whole microseconds since 1970-01-01, discrete values what the file holds or, of
frames, their text; missing is null. DuckDB keeps within ``MEMORY`` and spills the rest into a
private directory, which goes when the tables do.
"""

from __future__ import annotations

import atexit
import gc
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import Any, Final
from weakref import WeakKeyDictionary, finalize

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from evaluators.base import Kind, Tables
from evaluators.counting.spill import spill
from evaluators.encode import labels, numbers
from evaluators.reading import MISSING

MEMORY: Final = "1GB"
THREADS: Final = min(4, os.cpu_count() or 1)
EPOCH: Final = "1970-01-01"
DENSE_BITS: Final = 20  # groups of small integers below 2**20 are counted in an array, not hashed
_own = threading.local()  # what a thread opened goes with it, or with the tables


@cache
def _spare_libraries() -> None:
    """Libraries are never garbage: building expressions sends the collector there over and over."""
    gc.collect()  # what is garbage now would be kept for good
    gc.freeze()
    atexit.register(gc.unfreeze)  # what they leave behind at the end is told of as leaks otherwise


@dataclass(frozen=True, eq=False)
class Source:
    """A connection; ``rows`` of all tables with their ``side``, 0, 1 or 2; and of each alone.

    ``kept`` is what was made of them in this connection.
    """

    backend: Any
    rows: Any
    sides: tuple[Any, Any, Any]
    spilled: Path
    kept: dict[object, Any] = field(default_factory=dict)


def connect(place: Path) -> Any:
    """A bounded DuckDB in memory that spills into a directory, which it makes when it needs it."""
    _spare_libraries()
    return ibis.duckdb.connect(
        threads=THREADS,
        memory_limit=MEMORY,
        temp_directory=str(place),
        perfect_ht_threshold=DENSE_BITS,
    )


def source(tables: Tables) -> Source:
    """The tables ready to be counted, or the files behind them where they are ``whole``.

    One a thread: two that ask one connection at once would wait for each other.
    """
    if not hasattr(_own, "sources"):
        _own.sources = WeakKeyDictionary()
    sources: WeakKeyDictionary[Tables, Source] = _own.sources
    if tables not in sources:
        sources[tables] = _opened(tables)
    return sources[tables]


def _opened(tables: Tables) -> Source:
    place = spill()
    backend = connect(place)
    if tables.whole:
        paths = (tables.whole.real, tables.whole.holdout, tables.whole.synthetic)
        sides = from_files(tables, [scan(backend, path) for path in paths])
        rows = ibis.union(*sides)
    else:
        frames = [_arrow(tables, frame, side) for side, frame in enumerate(tables.each)]
        rows = stored(backend, ibis.memtable(pa.concat_tables(frames)))
        sides = [rows.filter(rows.side == side) for side in range(3)]
    found = Source(backend, rows, (sides[0], sides[1], sides[2]), place)
    finalize(found, rmtree, place, ignore_errors=True)
    return found


def stored(backend: Any, rows: Any) -> Any:
    """An expression as a table of its own in the backend, as long as its connection lives."""
    return backend.create_table(ibis.util.gen_name("rows"), rows, temp=True)


def stored_in_any_order(backend: Any, rows: Any) -> Any:
    """The same, rows as they come: several threads write at once, and counts do not mind."""
    backend.raw_sql("SET preserve_insertion_order = false")
    try:
        return stored(backend, rows)
    finally:
        backend.raw_sql("SET preserve_insertion_order = true")


def stream(backend: Any, rows: Any) -> Iterator[pa.RecordBatch]:
    """The rows of an expression over stored tables, in batches, in their order.

    DuckDB is asked itself: Ibis 12 asks by a name that DuckDB 2 has no more.
    """
    yield from backend.con.sql(backend.compile(rows)).to_arrow_reader()


def key(tables: Tables, column: str) -> str:
    """The name of a column in the source."""
    return f"c{list(tables.kinds).index(column)}"


def _arrow(tables: Tables, frame: pd.DataFrame, side: int) -> pa.Table:
    arrays = {key(tables, name): _array(frame[name], kind) for name, kind in tables.kinds.items()}
    return pa.table({**arrays, "side": np.full(len(frame), side, dtype=np.int16)})


def _array(column: pd.Series[Any], kind: Kind) -> pa.Array:
    if kind is Kind.DATETIME:
        moments = column.to_numpy(dtype="datetime64[us]")
        return pa.array(moments.astype(np.int64), mask=np.isnat(moments))
    if kind.continuous:
        values = numbers(column)
        return pa.array(values, mask=np.isnan(values))
    return pa.array(labels(column), pa.string())


def scan(backend: Any, path: Path) -> Any:
    """A Parquet file where it lies; a CSV file is parsed once, typed by all of its values."""
    if path.name.lower().endswith(".parquet"):
        return backend.read_parquet(path)
    rows = backend.read_csv(str(path), header=True, sample_size=-1, nullstr=MISSING)
    return stored(backend, rows)


def present(file: Any) -> Any:
    """The file with what stands for missing as null: words in text, NaN in numbers."""
    return file.select(**{name: _present(file[name]) for name in file.columns})


def _present(column: Any) -> Any:
    if column.type().is_string():
        return column.isin(MISSING).ifelse(ibis.null("string"), column)
    if column.type().is_floating():
        return column.isnan().ifelse(ibis.null(column.type()), column)
    return column


def from_files(tables: Tables, files: Sequence[Any]) -> list[Any]:
    """The columns of every file in the storage of their kind, one type in all files."""
    return [
        file.select(
            **{
                key(tables, name): _stored(file[name], kind, [other[name] for other in files])
                for name, kind in tables.kinds.items()
            },
            side=ibis.literal(side, "int16"),
        )
        for side, file in enumerate(files)
    ]


def _stored(column: Any, kind: Kind, everywhere: Sequence[Any]) -> Any:
    types = [other.type() for other in everywhere]
    if kind is Kind.DATETIME:
        return column.cast("timestamp(6)").delta(ibis.timestamp(EPOCH), unit="microsecond")
    if kind.continuous:
        return _present(column).cast("float64")
    if all(t.is_boolean() for t in types):
        return column
    if all(t.is_integer() for t in types):
        return column.cast("int64")
    if all(t.is_numeric() or t.is_boolean() for t in types):
        return _present(column).cast("float64") + 0.0  # turns -0.0 into 0.0
    return column.cast("string")

"""The distinct values of one column in order, with their counts in each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import ibis
import numpy as np
import pyarrow as pa

from evaluators.base import Kind, Tables
from evaluators.counting.base import Counts
from evaluators.counting.source import key, source, stream
from evaluators.encode import DAY, Floats, label
from evaluators.reading import MISSING
from evaluators.shared import once_per_tables

Batch: TypeAlias = "tuple[Floats, Counts]"
CROWD: Final = 4  # rows a value from which it pays to group
MANY: Final = 16  # dictionaries made together
HELD: Final = 1 << 25  # numbers of one column to sort in memory: 256 MB
SIDES: Final = range(3)  # real, holdout, synthetic


@dataclass(frozen=True, eq=False)
class Dictionary:
    """The values of a discrete column: as the source holds them, as text, and (values, 3) counts.

    ``missing`` are the counts of no value; what stands for it is not among those held.
    """

    held: list[Any]
    texts: list[str]
    counts: Counts
    missing: Counts


@dataclass(frozen=True)
class Extent:
    """The least and greatest value of a continuous column, None where every one is missing."""

    low: float | None
    high: float | None
    present: int
    rows: int
    distinct: int  # about

    @property
    def constant(self) -> bool:
        """Whether there is one value, missing aside."""
        return self.low is not None and self.low == self.high


def in_order(tables: Tables, column: str) -> Iterator[Batch]:
    """Batches of distinct numbers, rising, and their counts (values, 3) in each table.

    Nothing missing is among them. Datetimes are microseconds since 1970-01-01.
    """
    return merged(rising(tables, column))


def rising(tables: Tables, column: str) -> Iterator[Batch]:
    """As ``in_order``, but a value may follow itself.

    Where most values are distinct they are sorted alone, for to group them first takes longer.
    """
    grouped = _crowded(tables, column)
    rows = (_counted if grouped else _column)(tables, column)
    rows = rows.filter(rows.value.notnull()).order_by("value")
    for batch in stream(source(tables).backend, rows):
        yield _values(batch), (_counts if grouped else _sides)(batch)


def sorted_apart(tables: Tables, column: str) -> tuple[Floats, Floats, Floats] | None:
    """The present numbers of real, holdout and synthetic, each sorted in memory.

    None where grouping them is faster, or where they are too many to hold.
    """
    if sum(tables.rows) > HELD or _crowded(tables, column):
        return None
    found = source(tables)
    sides = [side.select(value=side[key(tables, column)]) for side in found.sides]
    held = (found.backend.to_pyarrow(side.filter(side.value.notnull())) for side in sides)
    real, holdout, synthetic = (np.sort(_values(table)) for table in held)
    return real, holdout, synthetic


def _crowded(tables: Tables, column: str) -> bool:
    spans = extents(tables)[column]
    return sum(span.distinct for span in spans) * CROWD < sum(span.present for span in spans)


def merged(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Rising values with equal ones made one, within a batch and from one to the next."""
    values, counts = np.empty(0), np.empty((0, 3), dtype=np.int64)
    for more, counted in batches:
        values, counts = np.append(values, more), np.vstack([counts, counted])
        starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
        values, counts = values[starts], np.add.reduceat(counts, starts)
        yield values[:-1], counts[:-1]
        values, counts = values[-1:], counts[-1:]
    yield values, counts


@once_per_tables
def extents(tables: Tables) -> dict[str, tuple[Extent, ...]]:
    """Of every continuous column in real, holdout and synthetic: one pass for all."""
    names = {name: key(tables, name) for name, kind in tables.kinds.items() if kind.continuous}
    if not names:
        return {}
    found = source(tables)
    asked: dict[str, Any] = {}
    for name in names.values():
        column = found.rows[name]
        asked |= {f"{name}_low": column.min(), f"{name}_high": column.max()}
        asked |= {f"{name}_present": column.count(), f"{name}_distinct": column.approx_nunique()}
    each = found.rows.group_by("side").aggregate(rows=found.rows.count(), **asked)
    sides = {row["side"]: row for row in found.backend.to_pyarrow(each).to_pylist()}
    return {
        column: tuple(_extent(sides[at], name) for at in SIDES) for column, name in names.items()
    }


def _extent(row: dict[str, Any], name: str) -> Extent:
    low, high, present = (row[f"{name}_{what}"] for what in ("low", "high", "present"))
    return Extent(low, high, present, row["rows"], row[f"{name}_distinct"])


def dictionary(tables: Tables, column: str) -> Dictionary:
    """The values of a discrete column, sorted by their text, ordinal ones by rank."""
    known = [c for c in tables.columns if not tables.kinds[c].continuous]
    if column not in known:
        return _dictionaries(tables, (column,))[column]
    first = known.index(column) // MANY * MANY
    return _dictionaries(tables, tuple(known[first : first + MANY]))[column]


@once_per_tables
def _dictionaries(tables: Tables, columns: tuple[str, ...]) -> dict[str, Dictionary]:
    """Of several columns; those of one type from one query."""
    rows = source(tables).rows
    types = {column: rows[key(tables, column)].type() for column in columns}
    groups = [[c for c in columns if types[c] == kind] for kind in dict.fromkeys(types.values())]
    counted = {c: found for same in groups for c, found in _each_counted(tables, same).items()}
    return {column: _dictionary(tables, column, *counted[column]) for column in columns}


def _dictionary(tables: Tables, column: str, held: list[Any], counts: Counts) -> Dictionary:
    texts = [_text(tables, column, value) for value in held]
    rank = float if tables.kinds[column] is Kind.ORDINAL else str
    named = [(rank(text), str(held[at]), at) for at, text in enumerate(texts) if text is not None]
    present = [at for _, _, at in sorted(named)]
    absent = [at for at, text in enumerate(texts) if text is None]
    return Dictionary(
        [held[at] for at in present],
        [texts[at] or "" for at in present],
        counts[present],
        counts[absent].sum(axis=0),
    )


def as_names(tables: Tables, column: str, values: Floats) -> Floats:
    """Numbers as ``encode.numbers`` has them: a datetime in days since 1970-01-01."""
    return values / 1e6 / DAY if tables.kinds[column] is Kind.DATETIME else values


def _text(tables: Tables, column: str, value: object) -> str | None:
    """The label of a value, None if it stands for missing, as some words of a file do.

    A file's ordinal value has the label of its rank, as the frames have.
    """
    if value is None or (tables.whole and value in MISSING):
        return None
    if tables.whole and tables.kinds[column] is Kind.ORDINAL:
        return label(float(tables.declared.levels[column].index(label(value))))
    return label(value)


def _column(tables: Tables, column: str) -> Any:
    rows = source(tables).rows
    return rows.select(value=rows[key(tables, column)], side=rows.side)


def _counted(tables: Tables, column: str) -> Any:
    rows = _column(tables, column)
    each = {f"n{side}": rows.count(where=rows.side == side) for side in SIDES}
    return rows.group_by("value").agg(**each)


def _each_counted(tables: Tables, columns: list[str]) -> dict[str, tuple[list[Any], Counts]]:
    """Distinct values of columns of one type, and their counts (values, 3).

    Table by table, because text is then grouped as it is packed in its file.
    """
    found, parts = source(tables), []
    for place, column in enumerate(columns):
        for at, side in enumerate(found.sides):
            rows = side.select(value=side[key(tables, column)])
            counted = rows.group_by("value").agg(n=rows.count())
            where = {"place": ibis.literal(place, "int32"), "side": ibis.literal(at, "int16")}
            parts.append(counted.mutate(**where))
    answer = found.backend.to_pyarrow(ibis.union(*parts))
    places = answer.column("place").to_numpy()
    return {c: _by_value(answer.filter(places == at)) for at, c in enumerate(columns)}


def _by_value(counted: pa.Table) -> tuple[list[Any], Counts]:
    """Rows of value, side and n as distinct values and their counts (values, 3)."""
    held = counted.column("value").to_pylist()
    place = {value: at for at, value in enumerate(dict.fromkeys(held))}
    counts = np.zeros((len(place), len(SIDES)), dtype=np.int64)
    at = np.array([place[value] for value in held], dtype=np.int64)
    counts[at, counted.column("side").to_numpy()] = counted.column("n").to_numpy()
    return list(place), counts


def _values(batch: pa.RecordBatch | pa.Table) -> Floats:
    values: Floats = batch.column("value").to_numpy(zero_copy_only=False).astype(np.float64)
    return values


def _counts(found: pa.RecordBatch | pa.Table) -> Counts:
    each = [found.column(f"n{side}").to_numpy(zero_copy_only=False) for side in SIDES]
    counts: Counts = np.stack(each).astype(np.int64)
    return counts.T


def _sides(batch: pa.RecordBatch) -> Counts:
    side = batch.column("side").to_numpy(zero_copy_only=False)
    counts: Counts = (side == np.arange(len(SIDES))[:, None]).astype(np.int64)
    return counts.T

"""The distinct values of one column in order, with their counts in each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

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
    spans = extents(tables)[column]
    grouped = sum(span.distinct for span in spans) * CROWD < sum(span.present for span in spans)
    rows = (_counted if grouped else _column)(tables, column)
    rows = rows.filter(rows.value.notnull()).order_by("value")
    for batch in stream(source(tables).backend, rows):
        yield _values(batch), (_counts if grouped else _sides)(batch)


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


@once_per_tables
def dictionary(tables: Tables, column: str) -> Dictionary:
    """The values of a discrete column, sorted by their text, ordinal ones by rank."""
    found = source(tables).backend.to_pyarrow(_counted(tables, column))
    held, counts = found.column("value").to_pylist(), _counts(found)
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


def _values(batch: pa.RecordBatch) -> Floats:
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

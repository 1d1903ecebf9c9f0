"""Tables too large to hold: files that stay where they are, and a seeded draw of their rows.

Columns are typed over all three files together, by the rules that tables in memory are typed by.
What is counted is then counted over the files, without sampling; what needs rows has the draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from evaluators.base import Declared, Kind, TableError, Tables, Whole
from evaluators.counting.kinds import file_kind
from evaluators.counting.source import connect, present, scan, stream
from evaluators.counting.spill import spill
from evaluators.tables import align

MANY_ROWS, MANY_BYTES = 1_000_000, 200_000_000
DRAWN_ROWS = 200_000
ROLES = ("real", "holdout", "synthetic")


def is_large(path: Path) -> bool:
    """Whether a file is better left where it is: over a million rows, or 200 MB of text."""
    if path.suffix.lower() == ".parquet" and path.is_file():
        return int(pq.read_metadata(path).num_rows) > MANY_ROWS
    return path.is_file() and path.stat().st_size > MANY_BYTES


def open_files(
    real: Path,
    holdout: Path,
    synthetic: Path,
    target: str | None,
    declared: Declared,
    *,
    seed: int,
    rows: int | None = None,
) -> Tables:
    """Tables whose frames are at most ``rows`` drawn rows of each file, with ``whole`` set.

    By default ``DRAWN_ROWS``. Files are ``.csv``, ``.csv.gz`` or ``.parquet``. The same files and
    seed give the same rows. Raises ``TableError`` as ``tables.align`` does, and for a column that
    is empty or infinite.
    """
    place = spill()
    backend = connect(place)
    try:
        paths = (real, holdout, synthetic)
        files = [present(scan(backend, path)) for path in paths]
        sizes = [_checked(backend, file, role) for file, role in zip(files, ROLES, strict=True)]
        kinds = _kinds(backend, files, declared)
        draws = [
            _draw(backend, file, size, rows or DRAWN_ROWS, [seed, role])
            for role, (file, size) in enumerate(zip(files, sizes, strict=True))
        ]
    finally:
        backend.disconnect()
        rmtree(place, ignore_errors=True)
    known = replace(declared, kinds={**kinds, **declared.kinds})
    tables = align(draws[0], draws[1], draws[2], target, known)
    totals = (sizes[0]["rows"], sizes[1]["rows"], sizes[2]["rows"])
    return replace(
        tables,
        declared=replace(tables.declared, kinds=declared.kinds),
        whole=Whole(real, holdout, synthetic, totals),
    )


def _kinds(backend: Any, files: list[Any], declared: Declared) -> dict[str, Kind]:
    """Of the columns that all files have and nothing is declared of."""
    said = {*declared.levels, *(declared.key if len(declared.key) == 1 else ()), *declared.kinds}
    shared = [name for name in files[0].columns if all(name in file.columns for file in files)]
    return {
        name: file_kind(backend, [file[name] for file in files])
        for name in shared
        if name not in said
    }


def _checked(backend: Any, file: Any, role: str) -> dict[str, int]:
    """Rows of a file, and how many values each column holds; refused where a column has none."""
    names = file.columns
    asked = {f"n{at}": file[name].count() for at, name in enumerate(names)}
    for at, name in enumerate(names):
        if file[name].type().is_floating():
            asked[f"inf{at}"] = file.count(where=file[name].isinf())
    (found,) = backend.to_pyarrow(file.aggregate(rows=file.count(), **asked)).to_pylist()
    for at, name in enumerate(names):
        what = "is empty" if not found[f"n{at}"] else "holds infinite values"
        if not found[f"n{at}"] or found.get(f"inf{at}"):
            raise TableError(
                f"the {role} table's column {name!r} {what}",
                where=f"{role} table, column {name!r}",
                expected="finite values",
                todo="correct or drop the column",
            )
    return {"rows": found["rows"], **{name: found[f"n{at}"] for at, name in enumerate(names)}}


def _draw(
    backend: Any, file: Any, sizes: dict[str, int], rows: int, seed: list[int]
) -> pd.DataFrame:
    """Rows drawn without replacement, stored as the whole file would be."""
    total = sizes["rows"]
    chosen = np.random.default_rng(seed).choice(total, min(rows, total), replace=False)
    chosen.sort()
    table = pa.Table.from_batches(_taken(stream(backend, file), chosen))
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    for name in frame.columns:
        if frame[name].dtype.kind in "iu" and sizes[name] < total:
            frame[name] = frame[name].astype(np.float64)  # the file has gaps that the draw lacks
    return frame


def _taken(batches: Iterator[pa.RecordBatch], chosen: Any) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in batches:
        first, last = np.searchsorted(chosen, [start, start + len(batch)])
        yield batch.take(pa.array(chosen[first:last] - start))
        start += len(batch)

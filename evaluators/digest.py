"""Fingerprints of files and of what tables hold."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

CHUNK = 1 << 20
EXACT = 2**53  # whole numbers up to here are the same as float and as integer


def file_digest(path: Path) -> str:
    """``sha256:<hex>`` of a file's bytes, read in pieces."""
    with Path(path).open("rb") as handle:
        return f"sha256:{hashlib.file_digest(handle, 'sha256').hexdigest()}"


def content_digest(frame: pd.DataFrame) -> str:
    """``sha256:<hex>`` of what a table holds: names, types, values, missingness, in order.

    The same table read from CSV, compressed CSV or Parquet has the same digest, for whole numbers
    count the same as integers and as floats. The order of rows and columns counts.
    """
    columns = [(str(name), *_typed(column)) for name, column in frame.items()]
    header = {"rows": len(frame), "columns": [[name, tag] for name, tag, _ in columns]}
    digest = hashlib.sha256(b"table/1\n" + json.dumps(header).encode() + b"\n")
    for (_, column), (_, _, buffers) in zip(frame.items(), columns, strict=True):
        digest.update(np.packbits(column.isna().to_numpy()).tobytes())
        for buffer in buffers:
            digest.update(buffer)
    return f"sha256:{digest.hexdigest()}"


def _typed(column: pd.Series[Any]) -> tuple[str, list[bytes]]:
    """The type's name and the values as bytes; what is missing is written as zero or empty."""
    missing = column.isna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(column):
        stamps = column.to_numpy(dtype="datetime64[us]").astype("<i8")
        return "datetime", [np.where(missing, 0, stamps).astype("<i8").tobytes()]
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred == "boolean":
        truth = np.array([bool(v) and not m for v, m in zip(column, missing, strict=True)])
        return "boolean", [np.packbits(truth).tobytes()]
    if inferred == "integer" and not missing.any():
        return _integers(column.to_numpy(dtype=np.int64))
    if inferred in ("integer", "floating", "mixed-integer-float"):
        values = np.where(missing, 0.0, column.to_numpy(dtype=np.float64, na_value=np.nan))
        return "number", [(values + 0.0).astype("<f8").tobytes()]  # + 0.0 turns -0.0 into 0.0
    return "text", _text(column)


def _integers(values: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[str, list[bytes]]:
    if len(values) and (values.max() > EXACT or values.min() < -EXACT):
        return "integer", [values.astype("<i8").tobytes()]
    return "number", [values.astype("<f8").tobytes()]


def _text(column: pd.Series[Any]) -> list[bytes]:
    words = ["" if pd.isna(value) else str(value) for value in column]
    array = pa.array(words, type=pa.large_string())
    _, offsets, data = array.buffers()
    if not words:
        return []
    ends = np.frombuffer(offsets, dtype="<i8", count=len(words) + 1)
    return [ends.tobytes(), data.to_pybytes()[: int(ends[-1])] if data else b""]

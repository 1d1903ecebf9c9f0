"""Fingerprints of files, of rows, and of what tables hold.

Whoever hands in a table chooses its cells, so a row's hash is cryptographic: BLAKE2b with 256
bits. A row is written as a missingness byte and a value of fixed width for each column (text by its
own 256-bit hash), so that with the header two different rows never have the same bytes. Two
different tables with one digest are then a collision of BLAKE2b or SHA-256, some 2**128 work.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

EXACT = 2**53  # whole numbers up to here are the same as float and as integer
BLOCK = 1 << 16  # rows encoded at a time, to bound memory
HASH = 32  # bytes of a hash
Hashes: TypeAlias = npt.NDArray[np.bytes_]
Bytes: TypeAlias = npt.NDArray[np.uint8]


def file_digest(path: Path) -> str:
    """``sha256:<hex>`` of a file's bytes, read in pieces."""
    with Path(path).open("rb") as handle:
        return f"sha256:{hashlib.file_digest(handle, 'sha256').hexdigest()}"


def content_digest(frame: pd.DataFrame) -> str:
    """``sha256:<hex>`` of what a table holds: names, types, and its rows as a multiset.

    The same table read from CSV, compressed CSV or Parquet has the same digest, for whole numbers
    count the same as integers and as floats. The order of rows does not count, or a shuffled file
    would pass for a new table; how often a row occurs does, and so does the order of columns.
    """
    columns = [[str(name), _type(column)] for name, column in frame.items()]
    header = json.dumps({"rows": len(frame), "columns": columns}).encode()
    digest = hashlib.sha256(b"table/2\n" + header + b"\n")
    digest.update(np.sort(row_hashes(frame)).tobytes())
    return f"sha256:{digest.hexdigest()}"


def in_canonical_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows sorted by their hash: one order for a table, however its file was sorted."""
    return frame.iloc[np.argsort(row_hashes(frame), kind="stable")].reset_index(drop=True)


def row_hashes(frame: pd.DataFrame) -> Hashes:
    """A 256-bit hash of each row, shape (rows,); equal for equal rows and for no others."""
    types = [_type(column) for _, column in frame.items()]
    blocks = [
        _hashes(frame.iloc[start : start + BLOCK], types) for start in range(0, len(frame), BLOCK)
    ]
    return np.concatenate([np.empty(0, dtype=f"S{HASH}"), *blocks])


def _hashes(rows: pd.DataFrame, types: list[str]) -> Hashes:
    columns = [
        _encoded(column, kind) for (_, column), kind in zip(rows.items(), types, strict=True)
    ]
    table = np.hstack(columns)
    data, width = memoryview(table.tobytes()), table.shape[1]
    starts = range(0, len(data), width)
    every = b"".join(_hash(data[start : start + width]) for start in starts)
    return np.frombuffer(every, dtype=f"S{HASH}")


def _hash(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=HASH).digest()


def _type(column: pd.Series[Any]) -> str:
    """How the values of a whole column are written: datetime, boolean, integer, number or text."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return "datetime"
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred == "boolean":
        return "boolean"
    if inferred == "integer" and not column.isna().any():
        return "number" if column.between(-EXACT, EXACT).all() else "integer"
    return "number" if inferred in ("integer", "floating", "mixed-integer-float") else "text"


def _encoded(column: pd.Series[Any], kind: str) -> Bytes:
    """Missingness and value, shape (rows, width); what is missing is written as zeros."""
    missing = column.isna().to_numpy()
    values = _values(column, kind)
    values[missing] = 0
    return np.hstack([missing[:, None].view(np.uint8), values])


def _values(column: pd.Series[Any], kind: str) -> Bytes:
    if kind == "datetime":
        return _wide(column.to_numpy(dtype="datetime64[us]").astype("<i8"))
    if kind == "boolean":
        return _wide(column.eq(True).to_numpy(dtype=np.uint8))
    if kind == "integer":
        return _wide(column.to_numpy(dtype="<i8"))
    if kind == "number":
        floats = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return _wide((floats + 0.0).astype("<f8"))  # + 0.0 turns -0.0 into 0.0
    codes, words = pd.factorize(column)
    hashes = b"".join(_hash(str(word).encode()) for word in words) + bytes(HASH)
    return np.frombuffer(hashes, dtype=np.uint8).reshape(-1, HASH)[codes]  # -1 is missing: zeros


def _wide(values: npt.NDArray[Any]) -> Bytes:
    return values.copy().view(np.uint8).reshape(len(values), -1)

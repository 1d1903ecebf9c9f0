"""Files as tables, strictly: what is not plainly a table is refused with its reason.

The whole of a CSV file is one block for the parser, so that a column's type is inferred from all
of its values and not from the first megabyte. No error quotes a cell: cells are people's data.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from evaluators.base import TableError

MAX_ROWS = 50_000_000
MAX_BYTES = 8 * 2**30
MAX_BLOCK = 2**31 - 1  # the parser counts bytes of a block in 32 bits
CHUNK = 1 << 22
BATCH = 8_192
MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "<NA>"]
LEADING_ZERO = re.compile(rb'[,\n\r" ]0[0-9]')  # where a cell may hold one
SUFFIXES = ".csv, .csv.gz or .parquet"


def read(path: Path) -> pd.DataFrame:
    """A table from ``.csv``, ``.csv.gz`` (UTF-8, comma, header) or ``.parquet``.

    Numbers become int64 or float64, text object, dates datetime64, and an ordered dictionary of
    Parquet an ordered categorical; an empty cell, "NA", "NaN" or "null" is missing. A CSV column
    of whole numbers is text where one has a leading zero, as 00123: it is a code. Raises
    ``TableError`` for anything else, and beyond 50 million rows or 8 GiB of decoded bytes.
    """
    path = Path(path)
    load = _loader(path)
    if not path.is_file():
        raise _refuse(path, "there is no such file", "a file", "check the path")
    if path.stat().st_size == 0:
        raise _refuse(path, "the file is empty", "a header and at least one row")
    table = load(path)
    _check_names(path, table.schema.names)
    if table.num_rows == 0:
        raise _refuse(path, "the table has a header and no rows", "at least one row")
    frame = _to_pandas(path, table)
    _check_values(path, frame)
    return frame


def _loader(path: Path) -> Callable[[Path], pa.Table]:
    for suffix, load in ((".csv", _csv), (".csv.gz", _csv), (".parquet", _parquet)):
        if path.name.lower().endswith(suffix):
            return load
    raise _refuse(path, f"unknown suffix {path.suffix!r}", SUFFIXES, f"convert it to {SUFFIXES}")


def _csv(path: Path) -> pa.Table:
    data = _decoded(path)
    if data.count(b'"') % 2:
        raise _refuse(path, "a quotation mark is never closed", 'quotes in pairs, "" inside a cell')
    ragged: list[pacsv.InvalidRow] = []
    try:
        table = _parsed(data, ragged)
        if ragged:
            raise _ragged(path, data, ragged[0])
        _check_header(path, table.schema.names)
        codes = _codes(data, table) if LEADING_ZERO.search(data) else {}
        return _parsed(data, ragged, codes) if codes else table
    except pa.ArrowInvalid as error:
        raise _refuse(path, "this is not a CSV table", "a header and rows") from error


def _parsed(
    data: bytearray, ragged: list[pacsv.InvalidRow], types: Mapping[str, pa.DataType] | None = None
) -> pa.Table:
    """The table; rows of another length go to ``ragged``, and types not given are inferred."""

    def note(row: pacsv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    return pacsv.read_csv(
        pa.BufferReader(pa.py_buffer(data)),
        read_options=pacsv.ReadOptions(use_threads=False, block_size=min(len(data) + 1, MAX_BLOCK)),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
        convert_options=pacsv.ConvertOptions(
            null_values=MISSING,
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            column_types=types,
        ),
    )


def _codes(data: bytearray, table: pa.Table) -> dict[str, pa.DataType]:
    """The columns read as numbers whose cells say, by a leading zero, that they are codes."""
    read = {field.name: pa.string() for field in table.schema if _is_number(field.type)}
    if len(set(table.schema.names)) < len(table.schema.names):
        return {}  # refused for its names in a moment
    cells = _parsed(data, [], read)
    return {
        name: text
        for name, text in read.items()
        if pc.any(pc.match_substring_regex(cells[name], r"^\s*0[0-9]+\s*$")).as_py()
    }


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _decoded(path: Path) -> bytearray:
    """The decompressed bytes, known to be UTF-8 and within the caps."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    data, lines, before = bytearray(), 0, 0
    try:
        for chunk in _chunks(path):
            before = len(data) - len(decoder.getstate()[0])
            data += chunk
            lines += chunk.count(b"\n")
            if len(data) > MAX_BYTES or lines > MAX_ROWS + 1:
                raise _too_large(path)
            decoder.decode(chunk)
        before = len(data) - len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _refuse(
            path,
            f"the text is not UTF-8 at byte {before + error.start}",
            "UTF-8",
            "save the file as UTF-8",
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise _refuse(
            path, f"the file cannot be read ({type(error).__name__})", "a whole, readable file"
        ) from error
    return data


def _chunks(path: Path) -> Iterator[bytes]:
    compressed = path.name.lower().endswith(".gz")
    with path.open("rb") as file, gzip.open(file) if compressed else file as source:
        while chunk := source.read(CHUNK):
            yield chunk


def _ragged(path: Path, data: bytearray, row: pacsv.InvalidRow) -> TableError:
    """Name the line of the file: rows may span lines, and blank lines are no rows."""
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    rows = (reader.line_num for cells in reader if cells)
    line = next((number for count, number in enumerate(rows, start=1) if count == row.number), 0)
    return _refuse(
        path,
        f"line {line} has {row.actual_columns} cells",
        f"{row.expected_columns} cells, as in the header",
        "quote cells that hold a comma, and complete short rows",
    )


def _parquet(path: Path) -> pa.Table:
    batches, rows, size = [], 0, 0
    try:
        source = pq.ParquetFile(path)
        if source.metadata.num_rows > MAX_ROWS:
            raise _too_large(path)
        for batch in source.iter_batches(batch_size=BATCH, use_threads=False):
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows > MAX_ROWS or size > MAX_BYTES:
                raise _too_large(path)
            batches.append(batch)
        return pa.Table.from_batches(batches, schema=source.schema_arrow)
    except (pa.ArrowException, OSError) as error:
        raise _refuse(path, "this is not a Parquet file, or a damaged one", "Parquet") from error


def _check_header(path: Path, names: list[str]) -> None:
    """Without a header the first record would become names, which are stored and shown."""
    if 2 * sum(_reads_as_number(name) for name in names) > len(names):
        raise _refuse(
            path,
            "the first line looks like a record, not a header: most of its cells are numbers",
            "a first line of column names",
            "add a header line; a column whose name is a number needs a letter in it",
        )


def _reads_as_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _check_names(path: Path, names: list[str]) -> None:
    if any(not name.strip() for name in names):
        at = next(i for i, name in enumerate(names, start=1) if not name.strip())
        raise _refuse(path, f"column {at} has no name", "a name for every column")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise _refuse(path, f"column names occur twice: {', '.join(twice)}", "unique names")
    if len(names) < 2:
        raise _refuse(
            path,
            "the table has one column",
            "two or more, separated by commas",
            "check the separator",
        )


def _to_pandas(path: Path, table: pa.Table) -> pd.DataFrame:
    columns = {}
    for name in table.schema.names:
        try:
            columns[name] = _plain(table[name]).to_pandas()
            if pa.types.is_dictionary(table[name].type) and table[name].type.ordered:
                columns[name] = _ordered(columns[name], table[name])
        except (pa.ArrowException, TypeError) as error:
            raise _refuse(
                path,
                f"column {name!r} is of type {table[name].type}",
                "numbers, text, true/false or dates",
            ) from error
    return pd.DataFrame(columns)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """One storage type a family, whatever the file used, so that equal tables are equal frames."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return column
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us"), safe=False)  # nanoseconds are cut
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_time(kind):
        text = column.cast(pa.string())
        return pc.if_else(pc.is_in(text, pa.array(MISSING)), pa.scalar(None, pa.string()), text)
    raise TypeError(str(kind))


def _ordered(values: pd.Series[Any], column: pa.ChunkedArray) -> pd.Series[Any]:
    """The values as a categorical, with the levels in the order of the file."""
    levels = _plain(column.unify_dictionaries().chunk(0).dictionary).to_pandas().dropna()
    return pd.Series(pd.Categorical(values, categories=levels, ordered=True))


def _check_values(path: Path, frame: pd.DataFrame) -> None:
    empty = [str(name) for name, column in frame.items() if column.isna().all()]
    if empty:
        raise _refuse(
            path, f"columns hold nothing: {', '.join(empty)}", "values", "drop these columns"
        )
    for name, column in frame.items():
        if pd.api.types.is_float_dtype(column) and np.isinf(column.to_numpy(np.float64)).any():
            raise _refuse(path, f"column {str(name)!r} holds infinite values", "finite numbers")


def _too_large(path: Path) -> TableError:
    limit = f"at most {MAX_ROWS:,} rows and {MAX_BYTES // 2**30} GiB once decoded"
    return _refuse(path, "the table is too large", limit, "evaluate a seeded draw of its rows")


def _refuse(path: Path, what: str, expected: str, todo: str | None = None) -> TableError:
    return TableError(f"{path.name}: {what}", where=str(path), expected=expected, todo=todo)

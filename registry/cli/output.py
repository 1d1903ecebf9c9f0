"""Prints data on stdout, in the format asked for; messages go to stderr (`say`)."""

import csv
import io
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

Record = Mapping[str, object]


class Format(StrEnum):
    """The formats every command that prints data knows."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    MD = "md"


def say(text: str) -> None:
    """A message for the person at the terminal, on stderr."""
    sys.stderr.write(text + "\n")


def show_list(
    records: Iterable[Record],
    columns: Sequence[str],
    format: Format,
    *,
    quiet: bool = False,
    empty: str = "nothing yet",
) -> None:
    """Print records: only ``columns`` in table, csv and md; everything in json and ndjson.

    With ``quiet`` the first column alone, one a line.
    """
    if format is Format.NDJSON and not quiet:
        for record in records:
            _write(_json(record))
        return
    found = list(records)
    if not found and format is Format.TABLE and not quiet:
        say(empty)
    _write(list_as_text(found, columns, format, quiet=quiet))


def list_as_text(
    found: Sequence[Record], columns: Sequence[str], format: Format, *, quiet: bool = False
) -> str:
    """Records as ``show_list`` prints them, without the last line end."""
    if quiet:
        return "\n".join(_cell(record[columns[0]]) for record in found)
    if format is Format.JSON:
        return _dumped(found, indent=2)
    if format is Format.NDJSON:
        return "\n".join(map(_json, found))
    if format is Format.CSV:
        return _csv(found, columns)
    if format is Format.MD:
        return _markdown(found, columns)
    return _table(found, columns) if found else ""


def show_one(record: Record, format: Format, *, quiet: bool = False) -> None:
    """Print one record: a line a field in table, the first field alone with ``quiet``."""
    _write(one_as_text(record, format, quiet=quiet))


def one_as_text(record: Record, format: Format, *, quiet: bool = False) -> str:
    """A record as ``show_one`` prints it, without the last line end."""
    if quiet:
        return _cell(next(iter(record.values())))
    if format is Format.TABLE:
        width = max(len(name) for name in record)
        return "\n".join(
            f"{name:<{width}}  {_line(value)}".rstrip() for name, value in record.items()
        )
    if format is Format.JSON:
        return _dumped(record, indent=2)
    return list_as_text([record], list(record), format)


def _write(text: str) -> None:
    if text:
        sys.stdout.write(text + "\n")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def _json(record: Record) -> str:
    return _dumped(record, separators=(",", ":"))


def _dumped(
    value: object, indent: int | None = None, separators: tuple[str, str] | None = None
) -> str:
    """JSON, which knows no infinity: what is without bound is the word "inf"."""

    def written(value: object) -> str:
        return json.dumps(
            value, indent=indent, separators=separators, default=_plain, allow_nan=False
        )

    try:
        return written(value)
    except ValueError:
        return written(_worded(value))


def _worded(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {key: _worded(item) for key, item in value.items()}
    return [_worded(item) for item in value] if isinstance(value, list | tuple) else value


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items()) or "-"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_cell(item) for item in value) or "-"
    return str(value)


def _line(value: object) -> str:
    """A cell on one line, with nothing in it that a terminal would act on."""
    return "".join(char if char.isprintable() else " " for char in _cell(value))


def _table(records: Sequence[Record], columns: Sequence[str]) -> str:
    rows = [list(columns)] + [[_line(record[name]) for name in columns] for record in records]
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _markdown(records: Sequence[Record], columns: Sequence[str]) -> str:
    def line(cells: Iterable[str]) -> str:
        escaped = (cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
        return "| " + " | ".join(escaped) + " |"

    rows = [line(_line(record[name]) for name in columns) for record in records]
    return "\n".join([line(columns), line("---" for _ in columns), *rows])


def _csv(records: Sequence[Record], columns: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(record[name]) for name in columns] for record in records)
    return out.getvalue().rstrip("\n")


def _csv_cell(value: object) -> object:
    """A cell that no spreadsheet runs: text that begins like a formula gets a leading quote."""
    if isinstance(value, int | float):
        return value
    if value is None or value == [] or value == {}:
        return ""
    text = _cell(value).replace("\r", " ")  # csv leaves it unquoted, and readers end the row there
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\n") else text


def put(content: bytes) -> None:
    """Print a document; one that is no text goes out as the bytes it is."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        sys.stdout.buffer.write(content)
        return
    sys.stdout.write(text)

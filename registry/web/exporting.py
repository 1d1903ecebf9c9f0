"""Rows as files to take away: csv, json or ndjson, as the command line prints them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fastapi.responses import Response

from registry.card import require_word

TYPES: Final = {"csv": "text/csv", "json": "application/json", "ndjson": "application/x-ndjson"}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet would run (OWASP, CSV injection); the last four as East Asian forms."""


def exported(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str], form: str, name: str
) -> Response:
    """A file of ``rows``: ``columns`` alone in csv, everything in json and ndjson."""
    require_word("format", form, tuple(TYPES))
    text = _csv(rows, columns) if form == "csv" else _json(list(rows), form)
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return Response(text, media_type=TYPES[form], headers=headers)


def _json(rows: Sequence[Mapping[str, object]], form: str) -> str:
    if form == "json":
        return json.dumps(rows, indent=2) + "\n"
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)


def _csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value).replace("\r", " ")
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float) else text

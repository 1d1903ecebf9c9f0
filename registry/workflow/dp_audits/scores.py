"""Reads the scores of an audit: CSV with ``member`` (0 or 1) and ``score``, and whose they are.

The first line names the dataset by its content digest, as the plan printed it, so that scores of
another one cannot be taken for its own::

    # dataset: sha256:0f3a...
    member,score
    1,0.83
"""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.errors import InvalidInput
from registry.ledger.contradiction import Scored
from registry.log.canonical import digest_bytes

MAX_BYTES: Final = 64 * 1024 * 1024
HEADING: Final = "# dataset: "
COLUMNS: Final = ["member", "score"]


@dataclass(frozen=True)
class Scores:
    """What a file of scores holds, and the digest of its bytes."""

    dataset: str
    rows: tuple[Scored, ...]
    digest: str


def read_scores(path: Path) -> Scores:
    """The scores in a file; raises `InvalidInput` with the line of the first thing wrong."""
    source = _bytes(path)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("not readable as text", where=path.name, expected="UTF-8") from error
    heading, _, table = text.partition("\n")
    if not heading.startswith(HEADING):
        raise InvalidInput(
            "the scores do not say of which dataset they are",
            where=f"{path.name}:1",
            expected=f"{HEADING}sha256:..., the content digest of the version that was audited",
            todo="copy the line from `registry dp-audit show`",
        )
    rows = tuple(_rows(path.name, table))
    return Scores(heading.removeprefix(HEADING).strip(), rows, digest_bytes(source))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            f"the scores cannot be read: {error.strerror}", where=str(path), expected="a CSV file"
        ) from error
    if len(source) > MAX_BYTES:
        raise InvalidInput("the scores are too large", where=str(path), expected="at most 64 MiB")
    return source


def _rows(name: str, table: str) -> Iterator[Scored]:
    reader = csv.reader(io.StringIO(table, newline=""))
    try:
        header = next(reader, [])
        if sorted(header) != COLUMNS:
            raise InvalidInput(
                f"the columns are {', '.join(header) or 'missing'}",
                where=f"{name}:2",
                expected="member,score",
            )
        for cells in reader:
            if cells:
                yield _row(header, cells, f"{name}:{reader.line_num + 1}")
    except csv.Error as error:
        where = f"{name}:{reader.line_num + 1}"
        raise InvalidInput(f"not readable as CSV: {error}", where=where) from error


def _row(header: list[str], row: list[str], where: str) -> Scored:
    if len(row) > len(header):
        raise InvalidInput(f"the row has {len(row)} cells", where=where, expected="two")
    cells = dict(zip(header, row, strict=False))
    member = cells.get("member", "").strip()
    if member not in ("0", "1"):
        raise InvalidInput(f"member is {member[:40]!r}", where=where, expected="0 or 1")
    text = cells.get("score", "").strip()
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise InvalidInput(f"score is {text[:40]!r}", where=where, expected="a finite number")
    return Scored(member == "1", score)

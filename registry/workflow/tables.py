"""Reads tables for the use cases: the evaluators' reader, with its errors as the registry's."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

_LONGEST = 500


@dataclass(frozen=True)
class ReadTable:
    """A table with both digests, its schema (name, kind, missing) and its row count."""

    frame: "pd.DataFrame"
    file_digest: str
    content_digest: str
    schema: list[dict[str, object]]

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return len(self.frame)

    @property
    def columns(self) -> list[str]:
        """The column names, in order."""
        return [str(column["name"]) for column in self.schema]


def read_table(path: Path) -> ReadTable:
    """Read and digest one CSV, gzipped CSV or Parquet file; raises `InvalidInput`."""
    from evaluators import tables
    from evaluators.base import TableError

    if path.is_dir():
        raise InvalidInput("this is a folder", where=str(path), expected="one file with the table")
    try:
        frame = tables.read(path)
        return ReadTable(
            frame, tables.file_digest(path), tables.content_digest(frame), tables.schema(frame)
        )
    except TableError as error:
        raise as_invalid(error) from error


def as_invalid(error: Exception) -> InvalidInput:
    """An evaluators' ``TableError`` in the registry's words.

    It may name every column of a very wide table; what is longer than a few lines is cut.
    """
    from textwrap import shorten

    expected = getattr(error, "expected", None)
    return InvalidInput(
        shorten(str(getattr(error, "what", error)), _LONGEST, placeholder=" ..."),
        where=getattr(error, "where", None),
        expected=shorten(expected, _LONGEST, placeholder=" ...") if expected else None,
        todo=getattr(error, "todo", None),
    )


def require_same_columns(found: list[str], expected: list[str], what: str, of: str) -> None:
    """Raise `InvalidInput`, naming every difference, unless both hold the same column names."""
    from difflib import get_close_matches

    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    if not missing and not extra:
        return
    parts = []
    if missing:
        parts.append("missing " + ", ".join(missing[:8]))
    for name in extra[:8]:
        near = get_close_matches(name, expected, n=1)
        parts.append(f"unexpected {name!r}" + (f" (did you mean {near[0]!r}?)" if near else ""))
    raise InvalidInput(
        f"the columns of {what} differ from those of {of}",
        where="; ".join(parts),
        expected=", ".join(expected[:12]) + (", ..." if len(expected) > 12 else ""),
    )

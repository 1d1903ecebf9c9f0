"""The exported events as a table; nothing in it is a formula to any spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

from registry.log.canonical import canonical
from registry.workflow.auditing.fact import Fact

_COLUMNS = ("seq", "at", "actor", "action", "fact", "outcome", "dataset", "request", "details")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(facts: Iterable[Fact]) -> Iterator[bytes]:
    """The rows of ``facts`` as CSV, a heading first."""
    yield _line(_COLUMNS)
    for one in facts:
        plain = [getattr(one, name) for name in _COLUMNS[:-1]]
        yield _line([*plain, canonical(one.details).decode()])


def _line(cells: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([_cell(one) for one in cells])
    return out.getvalue().encode()


def _cell(value: object) -> object:
    """Text that begins like a formula gets a leading quote."""
    if value is None or isinstance(value, int):
        return "" if value is None else value
    text = str(value).replace("\r", " ")
    return "'" + text if text.startswith(_FORMULA) else text

"""One row of a list, by what it is called in it."""

from collections.abc import Iterable

from registry.errors import NotFound

Row = dict[str, object]


def named(rows: Iterable[Row], column: str, name: str, what: str, expected: str = "") -> Row:
    """The row whose ``column`` is ``name``; raises `NotFound`, which calls it a ``what``."""
    for row in rows:
        if row[column] == name:
            return row
    raise NotFound(
        f"there is no {what} {name!r}",
        expected=expected or f"a {what} of the list",
        todo="list them, and look for the name",
    )

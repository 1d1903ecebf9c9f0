"""What Typst has to be told of a table: how wide its columns are."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from registry.reports.table import Table

NARROW: Final = 5
WIDE: Final = 34


def widths(table: Table) -> Markup:
    """A share of the page for each column, by the longest of its first hundred cells."""
    shares = (
        max([len(column.title), *(len(row[place]) for row in table.rows[:100])])
        for place, column in enumerate(table.columns)
    )
    return Markup("({},)").format(
        Markup(", ").join(f"{min(max(share, NARROW), WIDE)}fr" for share in shares)
    )

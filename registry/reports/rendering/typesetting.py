"""What Typst has to be told: how wide a table's columns are, and which words are only words."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from registry.reports.table import Table

NARROW: Final = 9
WIDE: Final = 34
REACHING: Final = re.compile(r"\b(?:import|include|eval|std)\b", re.ASCII)
"""What a text for Typst needs to reach a file or, for a package, the network.

`std` because Typst's `eval` can be had from it by another name.
"""


def widths(table: Table) -> Markup:
    """A share of the page for each column, by the longest of its first hundred cells."""
    shares = (
        max([len(column.title), *(len(row[place]) for row in table.rows[:100])])
        for place, column in enumerate(table.columns)
    )
    return Markup("({},)").format(
        Markup(", ").join(f"{min(max(share, NARROW), WIDE)}fr" for share in shares)
    )


def disarmed(text: str) -> str:
    """Words within a string of Typst that read the same and that `REACHING` does not match."""
    return REACHING.sub(lambda word: f"\\u{{{ord(word[0][0]):x}}}{word[0][1:]}", text)

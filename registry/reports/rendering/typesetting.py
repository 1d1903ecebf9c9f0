"""What Typst has to be told: how wide a table's columns are, and which words are only words."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from registry.reports.table import Table

NARROW: Final = 9
WIDE: Final = 34
BREAKS: Final = 22
"""Words as long as this are broken anywhere (document.typ.j2)."""
REACHING: Final = re.compile(r"\b(?:import|include|eval|std)\b", re.ASCII)
"""What a text for Typst needs to reach a file or, for a package, the network.

`std` because Typst's `eval` can be had from it by another name.
"""


def widths(table: Table) -> Markup:
    """A share of the page for each column, by the longest of its first hundred cells.

    A wide table is narrow everywhere: no column gets less than its longest word then asks for.
    """
    columns = [
        [column.title, *(row[place] for row in table.rows[:100])]
        for place, column in enumerate(table.columns)
    ]
    return Markup("({},)").format(Markup(", ").join(f"{_share(one)}fr" for one in columns))


def _share(cells: list[str]) -> int:
    word = max((len(word) for cell in cells for word in cell.split()), default=0)
    longest = max(map(len, cells))
    return max(min(longest, WIDE), min(2 * word, BREAKS), NARROW)


def disarmed(text: str) -> str:
    """Words within a string of Typst that read the same and that `REACHING` does not match."""
    return REACHING.sub(lambda word: f"\\u{{{ord(word[0][0]):x}}}{word[0][1:]}", text)

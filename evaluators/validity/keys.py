"""Keys: whether synthetic identifiers name one new row each.

The share of synthetic rows whose identifier is present, stands in no other synthetic row, and
stands in no row of the real table or the holdout. Of an identifier that several synthetic rows
share, none counts. KeyUniqueness of SDMetrics 0.32 counts the first of them, and does not ask
whether it is a real person's.

*Exact*: nothing is resampled. ``parameters`` hold the shares of synthetic rows that are missing,
repeated or taken from a real table. ``ceiling`` is the share of holdout rows whose identifier is
present, alone, and not in the real table (see ``share`` for when it is not shown).
"""

from __future__ import annotations

from collections.abc import Iterator

from evaluators.base import Finding, Found, Kind, Tables
from evaluators.counting import Cells, cells
from evaluators.fidelity.shape import VALUES
from evaluators.validity.share import share, shown

LIBRARIES = ("numpy", "pandas")


def keys(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding an identifier column; nothing is drawn."""
    ways = [(name,) for name in tables.excluded if tables.kinds[name] is Kind.IDENTIFIER]
    for cell in cells(tables, ways, VALUES):
        yield cell.columns, _column(tables, cell)


def _column(tables: Tables, cell: Cells) -> Found:
    present = ~cell.missing[:, 0]
    known = cell.real + cell.holdout > 0
    new = present & (cell.synthetic == 1) & ~known
    new_people = present & (cell.holdout == 1) & (cell.real == 0)
    return Found.exact(
        share(cell.synthetic, new),
        tables.rows[2],
        {
            "ceiling": shown(cell.holdout, new_people, tables.declared.minimum_cell),
            "missing": share(cell.synthetic, ~present),
            "repeated": share(cell.synthetic, present & (cell.synthetic > 1)),
            "taken": share(cell.synthetic, present & known),
        },
    )

"""Ranges and categories: whether synthetic values are ones that the real column allows.

Ranges (numeric, datetime, ordinal columns): the share of synthetic rows whose value lies between
the smallest and the largest real one. Categories (categorical, boolean columns): the share whose
value is a real one. A missing value is allowed where the real column has one.

BoundaryAdherence and CategoryAdherence of SDMetrics 0.32, but that BoundaryAdherence drops missing
values from the share where they are allowed.

*Exact*: nothing is resampled. ``parameters["ceiling"]`` is the same function of the real table and
the holdout: a new real sample goes beyond the range as well, now and then. It is None if fewer than
``minimum_cell`` people do (see ``share``), and no bound is shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evaluators.base import Finding, Found, Tables
from evaluators.counting import Cells, cells
from evaluators.fidelity.shape import VALUES
from evaluators.validity.share import Which, share, shown

LIBRARIES = ("numpy", "pandas")


def ranges(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a column with an order; nothing is drawn."""
    ways = [(name,) for name in tables.columns if tables.kinds[name].ordered]
    for cell in cells(tables, ways, VALUES):
        yield cell.columns, _found(tables, cell, within(cell))


def categories(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a categorical or boolean column; nothing is drawn."""
    ways = [(name,) for name in tables.columns if not tables.kinds[name].ordered]
    for cell in cells(tables, ways, VALUES):
        yield cell.columns, _found(tables, cell, cell.real > 0)


def within(cell: Cells) -> Which:
    """Which cells lie in the real range; missing does if the real column has it."""
    present = ~cell.missing[:, 0]
    real = np.flatnonzero(present & (cell.real > 0))  # cells are in the order of their values
    place = np.arange(len(present))
    inside = (place >= real[0]) & (place <= real[-1]) if len(real) else np.zeros_like(present)
    return np.where(present, inside, cell.real > 0)


def _found(tables: Tables, cell: Cells, allowed: Which) -> Found:
    nullable = bool(cell.real[cell.missing[:, 0]].sum())
    ceiling = shown(cell.holdout, allowed, tables.declared.minimum_cell)
    return Found.exact(
        share(cell.synthetic, allowed),
        tables.rows[2],
        {"ceiling": ceiling, "missing_allowed": nullable},
    )

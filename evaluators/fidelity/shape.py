"""Column shape: how alike one column is in two tables.

Columns with an order, the Kolmogorov-Smirnov complement ``1 - sup_x |F_real(x) - F_synthetic(x)|``
(of an ordinal column, over its ranks); other columns, the total variation complement
``1 - sum_v |p_real(v) - p_synthetic(v)| / 2``.

The definitions are KSComplement and TVComplement of SDMetrics 0.32, and equal them on columns
without missing values. SDMetrics leaves missing values out, so a column that is nine tenths empty
scores as well as a full one; here missing counts as one value: a category of its own, and for
columns with an order a point beyond every other.

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout: what another real sample of that size scores.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaluators.base import Finding, Found, Tables
from evaluators.counting import Cells, Cut, cells
from evaluators.fidelity.complement import ks, tv
from evaluators.shared import once_per_tables

LIBRARIES = ("numpy", "pandas")
VALUES = Cut("values")


def shape(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a column; nothing is drawn, ``seed`` is not used."""
    for column, found in shapes(tables).items():
        yield (column,), found


@once_per_tables
def shapes(tables: Tables) -> dict[str, Found]:
    """The finding of every column, in schema order."""
    ways = [(column,) for column in tables.columns]
    return {cell.columns[0]: _column(tables, cell) for cell in cells(tables, ways, VALUES)}


def _column(tables: Tables, cell: Cells) -> Found:
    ordered = tables.kinds[cell.columns[0]].ordered
    alike, name = (ks, "KSComplement") if ordered else (tv, "TVComplement")
    ceiling = alike(cell.real, cell.holdout)
    value = alike(cell.real, cell.synthetic)
    return Found.exact(value, tables.rows[2], {"ceiling": ceiling, "metric": name})

"""Missingness: whether values are missing as often, and together with the same others.

``1 - |share missing in real - share missing in synthetic|``, which is MissingValueSimilarity of
SDMetrics 0.32. ``parameters["joint"]`` is the lowest, over the other columns with missing values,
of the total variation complement of the four joint shares (this one missing or not, that one
missing or not), and ``joint_with`` names that column: 1 where values go missing together as they
do in the real table. Both are None where no other column has a missing value.

*Exact*: a function of the two tables, nothing is resampled. ``ceiling`` and ``joint_ceiling`` are
the same functions of the real table and the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from evaluators.base import JSON, Finding, Found, Tables
from evaluators.counting import Cells, cells
from evaluators.fidelity.complement import Counts, tv
from evaluators.fidelity.trend import WIDTH
from evaluators.shared import once_per_tables

LIBRARIES = ("numpy", "pandas")


def missingness(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a column; nothing is drawn, ``seed`` is not used."""
    for column, found in missing_alike(tables).items():
        yield (column,), found


@once_per_tables
def missing_alike(tables: Tables) -> dict[str, Found]:
    """The finding of every column, in schema order."""
    ways = [(column,) for column in tables.columns]
    patterns = {cell.columns[0]: _patterns(cell) for cell in cells(tables, ways, WIDTH)}
    incomplete = [c for c, sides in patterns.items() if any(side[1] for side in sides)]
    joint = {
        cell.columns: _alike(_patterns(cell))
        for cell in cells(tables, list(combinations(incomplete, 2)), WIDTH)
    }
    found = {}
    for column, sides in patterns.items():
        value, ceiling = _alike(sides)
        parameters = {"ceiling": ceiling, **_lowest(column, joint)}
        found[column] = Found.exact(value, tables.rows[2], parameters)
    return found


def _patterns(cell: Cells) -> tuple[Counts, Counts, Counts]:
    """Counts of real, holdout and synthetic by which of the columns are missing, none first."""
    columns = len(cell.columns)
    pattern = cell.missing @ (2 ** np.arange(columns))
    real, holdout, synthetic = (
        np.array([counts[pattern == p].sum() for p in range(2**columns)], dtype=np.int64)
        for counts in (cell.real, cell.holdout, cell.synthetic)
    )
    return real, holdout, synthetic


def _alike(sides: tuple[Counts, Counts, Counts]) -> tuple[float, float]:
    """The TV complement of synthetic and of holdout with real: of one column, 1 - |difference|."""
    real, holdout, synthetic = sides
    return tv(real, synthetic), tv(real, holdout)


def _lowest(column: str, joint: dict[tuple[str, ...], tuple[float, float]]) -> dict[str, JSON]:
    own = [(*scores, pair) for pair, scores in joint.items() if column in pair]
    if not own:
        return {"joint": None, "joint_ceiling": None, "joint_with": None}
    value, ceiling, pair = min(own)
    other = pair[0] if pair[1] == column else pair[1]
    return {"joint": value, "joint_ceiling": ceiling, "joint_with": other}

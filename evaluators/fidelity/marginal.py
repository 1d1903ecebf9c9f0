"""k-way marginals: how alike the joint distributions of one, two or three columns are.

The mean over all sets of ``k`` columns of ``1 - TVD``, the total variation complement of the joint
shares. Continuous columns are cut into at most ten quantile bins of the real table, and values
below or above its range have bins of their own; of other columns the ten most frequent real values
are kept and the rest is one. Missing is a value.

This is the accuracy of Platzer and Reutterer (2021), Frontiers in Big Data 4:679939;
one-way and two-way figures equal those published for the same files.

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout, and ``lowest_columns`` name the worst set.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb, fsum

from evaluators.base import Finding, Found, NotMeasurable, Tables
from evaluators.counting import Cut, cells
from evaluators.fidelity.complement import tv

LIBRARIES = ("numpy", "pandas")
BINS, TOP = 10, 10
MOST = 200_000  # combinations, as many as 600 columns have pairs: beyond them it takes hours
CUT = Cut("quantile", BINS, TOP)


def k1(tables: Tables, seed: int) -> Iterator[Finding]:
    """Over single columns; nothing is drawn."""
    yield (), _mean(tables, 1)


def k2(tables: Tables, seed: int) -> Iterator[Finding]:
    """Over pairs of columns; nothing is drawn."""
    yield (), _mean(tables, 2)


def k3(tables: Tables, seed: int) -> Iterator[Finding]:
    """Over triples of columns; nothing is drawn."""
    yield (), _mean(tables, 3)


def _mean(tables: Tables, k: int) -> Found:
    if comb(len(tables.columns), k) > MOST:
        raise NotMeasurable(f"{comb(len(tables.columns), k)} combinations are more than {MOST}")
    ways = list(combinations(tables.columns, k))
    if not ways:
        raise NotMeasurable(f"there are {len(tables.columns)} measured columns, {k} are needed")
    scores = [
        (tv(cell.real, cell.synthetic), tv(cell.real, cell.holdout), cell.columns)
        for cell in cells(tables, ways, CUT)
    ]
    lowest, _, columns = min(scores)
    return Found.exact(
        fsum(value for value, _, _ in scores) / len(scores),
        tables.rows[2],
        {
            "ceiling": fsum(ceiling for _, ceiling, _ in scores) / len(scores),
            "sets": len(scores),
            "bins": BINS,
            "top": TOP,
            "lowest": lowest,
            "lowest_columns": list(columns),
        },
    )

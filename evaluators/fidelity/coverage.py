"""Coverage: how much of what the real table holds occurs in the synthetic one at all.

The share of the real column's cells that hold a synthetic row, over cells of at least
``minimum_cell`` real rows. The cells of a discrete column are its values. Those of a continuous
column are quantile bins of the real table, at most a hundred, and few enough that twice
``minimum_cell`` rows of the smallest table are expected in each. Missing is a value.

Why so. Over all categories this is CategoryCoverage of SDMetrics 0.32 (``parameters["all"]``), but
a category of three people is one that a private release had better leave out, so it earns nothing.
``parameters["rows"]`` weights by real rows; that is not the score, because the shape already counts
the mass, and a table that drops forty of forty-two countries keeps nine tenths of its rows.
RangeCoverage of SDMetrics looks at the two extremes alone: one stray row covers everything, and
the extremes are two people's values. Bins cover the middle as well, and no bin is one person.

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout: near 1, because an independent sample leaves a cell of
which it expects twenty rows empty with probability ``exp(-20)``.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.counting import Cells, Cut, cells

LIBRARIES = ("numpy", "pandas")
MOST = 100


def coverage(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a column; nothing is drawn, ``seed`` is not used."""
    minimum = max(1, tables.declared.minimum_cell)
    bins = max(1, min(MOST, min(tables.rows) // (2 * minimum)))
    ways = [(column,) for column in tables.columns]
    for cell in cells(tables, ways, Cut("quantile", bins)):
        yield cell.columns, _covered(tables, cell, minimum)


def _covered(tables: Tables, cell: Cells, minimum: int) -> Found | NotMeasurable:
    large = cell.real >= minimum
    if not large.any():
        return NotMeasurable(f"no value or bin of the column holds {minimum} real rows")
    held = cell.synthetic > 0
    parameters: dict[str, JSON] = {
        "ceiling": float((cell.holdout > 0)[large].mean()),
        "all": float(held[cell.real > 0].mean()),
        "rows": float(cell.real[held & large].sum() / cell.real[large].sum()),
        "cells": int(large.sum()),
        "minimum_cell": minimum,
    }
    return Found.exact(float(held[large].mean()), tables.rows[2], parameters)

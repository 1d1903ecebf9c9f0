"""Tables altered in one known way; everything else about them stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import Kind, Tables
from evaluators.encode import Codes, Floats, numbers

EMPTIED: Final = 0.3  # share of the rows of a column that lose their value


def cut(tables: Tables, rows: int, rng: np.random.Generator) -> Tables:
    """At most ``rows`` rows of each table, drawn without replacement and kept in order.

    Files behind the frames are let go: what is probed are the frames.
    """
    if tables.whole is None and max(len(table) for table in tables.each) <= rows:
        return tables
    real, holdout, synthetic = (_draw(table, rows, rng) for table in tables.each)
    return replace(tables, real=real, holdout=holdout, synthetic=synthetic, whole=None)


def copied(tables: Tables) -> Tables:
    """The training table given out as the synthetic one, row for row."""
    return replace(tables, synthetic=tables.real)


def independent(tables: Tables, rng: np.random.Generator) -> Tables:
    """One half of the holdout as the synthetic table, the other half as the holdout.

    Rows that share a declared key are one unit and stay on one side.
    """
    units = _units(tables)
    order = rng.permutation(int(units.max()) + 1)
    first = np.isin(units, order[: len(order) // 2])
    made, rest = (tables.holdout[side].reset_index(drop=True) for side in (first, ~first))
    return replace(tables, synthetic=made, holdout=rest)


def shifted(tables: Tables, column: str) -> Tables:
    """A continuous column moved by one real interquartile range, away from the real median."""
    real, made = (numbers(table[column]) for table in (tables.real, tables.synthetic))
    away = 1.0 if np.nanmedian(made) >= np.nanmedian(real) else -1.0
    by: Any = away * spread(real)
    if tables.kinds[column] is Kind.DATETIME:
        by = pd.Timedelta(days=by)
    return _with(tables, column, tables.synthetic[column] + by)


def shuffled(tables: Tables, column: str, rng: np.random.Generator) -> Tables:
    """The values of a column in another order: its own distribution stays, its ties go."""
    order = rng.permutation(len(tables.synthetic))
    values = tables.synthetic[column].iloc[order]
    return _with(tables, column, values.set_axis(tables.synthetic.index))


def emptied(tables: Tables, column: str, rng: np.random.Generator) -> Tables:
    """A column with its value missing in 30 per cent of the rows, drawn at random."""
    rows = len(tables.synthetic)
    hit = np.zeros(rows, dtype=bool)
    hit[rng.choice(rows, round(EMPTIED * rows), replace=False)] = True
    return _with(tables, column, tables.synthetic[column].mask(hit))


def spread(values: Floats) -> float:
    """The interquartile range of the values that are there; 0 where there is none."""
    known = values[~np.isnan(values)]
    return float(np.subtract(*np.quantile(known, [0.75, 0.25]))) if len(known) else 0.0


def _with(tables: Tables, column: str, values: pd.Series[Any]) -> Tables:
    altered = tables.synthetic.copy()
    altered[column] = values
    return replace(tables, synthetic=altered)


def _draw(table: pd.DataFrame, rows: int, rng: np.random.Generator) -> pd.DataFrame:
    if len(table) <= rows:
        return table
    at: npt.NDArray[np.int64] = np.sort(rng.choice(len(table), rows, replace=False))
    return table.iloc[at].reset_index(drop=True)


def _units(tables: Tables) -> Codes:
    if not tables.declared.key:
        return np.arange(len(tables.holdout), dtype=np.int64)
    groups = tables.holdout.groupby(list(tables.declared.key), sort=False, dropna=False)
    return np.asarray(groups.ngroup(), dtype=np.int64)

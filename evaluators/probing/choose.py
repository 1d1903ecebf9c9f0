"""Which column to alter: one on which the metrics have something to lose.

A column that the synthetic table has already lost cannot get worse, and a metric that stays where
it is then says nothing about the metric.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from evaluators.base import NotMeasurable, Scope, Tables
from evaluators.encode import Codes, joint_codes, numbers
from evaluators.probing.alter import spread

BINS = 10


def to_shift(tables: Tables, shapes: dict[Scope, float]) -> str:
    """The continuous column with spread in the real table whose shape is kept best."""
    names = [
        name
        for name in tables.columns
        if tables.kinds[name].continuous and spread(numbers(tables.real[name])) > 0
    ]
    if not names:
        raise NotMeasurable("no continuous column has an interquartile range above zero")
    return _best(names, shapes)


def to_empty(tables: Tables, shapes: dict[Scope, float]) -> str:
    """The best kept column that misses at least as many values as in the real table.

    Where it misses fewer, a value taken away would make it more like the real one.
    """
    gone = {
        name: [table[name].isna().mean() for table in (tables.real, tables.synthetic)]
        for name in tables.columns
    }
    names = [name for name, (real, made) in gone.items() if real <= made < 1]
    if not names:
        raise NotMeasurable("every column misses fewer values than in the real table")
    return _best(names, shapes)


def to_shuffle(tables: Tables) -> tuple[str, str]:
    """The pair of columns most strongly associated in both the real and the synthetic table."""
    codes = {name: _coarse(tables, name) for name in tables.columns}
    strength = {
        (a, b): min(association(*sides) for sides in zip(codes[a], codes[b], strict=True))
        for a, b in combinations(tables.columns, 2)
    }
    if max(strength.values(), default=0.0) <= 0:
        raise NotMeasurable("no two columns are associated in the real and the synthetic table")
    return max(strength, key=lambda pair: strength[pair])


def association(a: Codes, b: Codes) -> float:
    """Cramer's V of two columns of codes, without the bias that many rare cells bring.

    Bergsma (2013), Journal of the Korean Statistical Society 42, 323-328, equations 5 to 8.
    """
    n = len(a)
    rows, columns = (np.unique(codes, return_inverse=True)[1] for codes in (a, b))
    of_row, of_column = np.bincount(rows), np.bincount(columns)
    r, c = len(of_row), len(of_column)
    cells, counts = np.unique(rows * c + columns, return_counts=True)
    expected = of_row[cells // c] * of_column[cells % c] / n
    phi2 = float((counts**2 / expected).sum()) / n - 1
    least = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    corrected = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    return float(np.sqrt(corrected / least)) if least > 0 else 0.0


def _best(names: list[str], shapes: dict[Scope, float]) -> str:
    return max(names, key=lambda name: shapes.get((name,), 0.0))


def _coarse(tables: Tables, column: str) -> tuple[Codes, Codes]:
    """Codes in the real and the synthetic table; continuous values in tenths of the real one."""
    if not tables.kinds[column].continuous:
        real, _, made = joint_codes(tables, column)
        return real, made
    values = numbers(tables.real[column]), numbers(tables.synthetic[column])
    known = values[0][~np.isnan(values[0])]
    inner = np.unique(np.quantile(known, np.arange(1, BINS) / BINS)) if len(known) else known
    real, made = (
        np.where(np.isnan(v), len(inner) + 1, np.searchsorted(inner, v, "right")).astype(np.int64)
        for v in values
    )
    return real, made

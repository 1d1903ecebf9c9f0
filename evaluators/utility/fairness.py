"""Inequality between groups that training on synthetic rows adds.

Among the groups of a declared column, the two are taken that the model trained on synthetic rows
serves most unequally, and the gap between them on the holdout is compared with the gap between the
same two under the model trained on real rows: positive where synthetic data widens it.

A class is served by its true positive rate, the share of its rows that are given it (equal
opportunity, Hardt, Price and Srebro 2016); the widest gap is over all classes, for which of them is
the favourable one is not declared. A number is served by ``1 - (squared error) / variance``, with
the target's variance in the training table.

The two groups (and the class) are found on the rows of the real training table, which the model
trained on synthetic rows has not seen, as those whose gap has the highest lower bound, so that they
are not the two smallest by accident; they are measured on the holdout. A largest difference found
and measured on the same rows is too large, the more so the more groups there are and the smaller.

Missing is a group of its own. Groups with fewer rows of the class than the minimum cell, in either
table, are left out and counted; gradient boosting is the model. There is no ceiling beside it: the
value is already a difference from the model trained on real rows.

What is resampled: holdout rows within the two groups, paired between the models. Bonett and Price
(2012) for rates, the normal interval with Welch's degrees of freedom for numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.encode import Codes, Floats, labels
from evaluators.intervals import Z, bonett_price
from evaluators.utility.estimators import predicted
from evaluators.utility.models import PER_CLASS, Case, case_of, fitted
from evaluators.utility.scores import half_width
from evaluators.utility.tstr import common

LIBRARIES = ("scikit-learn", "scipy", "numpy", "pandas")
MODEL: Final = "gradient-boosting"


def gap(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for each declared subgroup column; nothing is drawn."""
    for column in tables.declared.subgroups:
        try:
            yield (column,), _gap(tables, column)
        except NotMeasurable as refusal:
            yield (column,), refusal


@dataclass(frozen=True, eq=False)
class _Groups:
    """The group of each row with a target, and the groups' names by code; missing is None."""

    real: Codes
    holdout: Codes
    names: list[str | None]


@dataclass(frozen=True)
class _Pair:
    """Two groups by code, the better served first, and the class (numbers: 0) they differ in."""

    better: int
    worse: int
    of_class: int
    compared: int
    left_out: int


def _gap(tables: Tables, column: str) -> Found:
    if column == tables.target:
        raise NotMeasurable("the groups are the classes of the target")
    case, groups = case_of(tables), _groups(tables, column)
    minimum = max(PER_CLASS, tables.declared.minimum_cell)
    pair = _widest(case, groups, _served(tables, "synthetic", "real"), minimum)
    synthetic, real = (_served(tables, trained, "holdout") for trained in ("synthetic", "real"))
    inside = _cells(case, "holdout") == pair.of_class
    better, worse = (inside & (groups.holdout == code) for code in (pair.better, pair.worse))
    change = synthetic - real
    bounds = of_rates if case.classes else of_means
    value = float(change[better].mean() - change[worse].mean())
    low, high = bounds(change[better], change[worse])
    parameters: dict[str, JSON] = {
        "groups": [groups.names[pair.better], groups.names[pair.worse]],
        "class": pair.of_class if case.classes else None,
        "gap_synthetic": float(synthetic[better].mean() - synthetic[worse].mean()),
        "gap_real": float(real[better].mean() - real[worse].mean()),
        "groups_compared": pair.compared,
        "groups_left_out": pair.left_out,
        "minimum_cell": minimum,
        "resampled": "holdout rows, within groups",
    }
    method = "bonett-price-95" if case.classes else "welch-t-95"
    n = int(better.sum() + worse.sum())
    return Found(value, low, high, method, n, common(tables, MODEL) | parameters)


def _groups(tables: Tables, column: str) -> _Groups:
    real, holdout = (table[table[tables.target].notna()] for table in (tables.real, tables.holdout))
    stacked = np.concatenate([labels(part[column]) for part in (real, holdout)])
    codes, names = pd.factorize(stacked, use_na_sentinel=False, sort=False)
    named = [None if pd.isna(name) else str(name) for name in names]
    return _Groups(codes[: len(real)], codes[len(real) :], named)


def _served(tables: Tables, trained_on: str, tested_on: str) -> Floats:
    """How well each row is served: 1 for the right class and 0 for another, or see above."""
    case = case_of(tables)
    truth = case.truths[tested_on]
    said = predicted(
        fitted(tables, MODEL, trained_on), case.features[tested_on], bool(case.classes)
    )
    if case.classes:
        return np.asarray(said.argmax(axis=1) == truth, dtype=np.float64)
    return np.asarray(1 - (truth - said[:, 0]) ** 2 / case.truths["real"].var(), dtype=np.float64)


def _cells(case: Case, role: str) -> Codes:
    """The class of each row, of which numbers have one."""
    truth = case.truths[role]
    return truth if case.classes else np.zeros(len(truth), dtype=np.int64)


def _widest(case: Case, groups: _Groups, served: Floats, minimum: int) -> _Pair:
    """The pair furthest apart on training rows. Raises ``NotMeasurable`` without two groups."""
    real, holdout = _cells(case, "real"), _cells(case, "holdout")
    found = []
    for k in range(max(1, len(case.classes))):
        inside, tested = groups.real[real == k], groups.holdout[holdout == k]
        sizes = [np.bincount(codes, minlength=len(groups.names)) for codes in (inside, tested)]
        enough = np.flatnonzero(np.minimum(*sizes) >= minimum)
        rates = [_rate(served[real == k][inside == g], bool(case.classes)) for g in enough]
        for (a, of_a), (b, of_b) in permutations(zip(enough, rates, strict=True), 2):
            sure = of_a.mean - of_b.mean - Z * sqrt(of_a.variance + of_b.variance)
            left_out = len(groups.names) - len(enough)
            found.append((sure, _Pair(int(a), int(b), k, len(enough), left_out)))
    if not found:
        of_class = " of one class" if case.classes else ""
        raise NotMeasurable(
            f"fewer than two groups hold {minimum} rows{of_class} in both real tables"
        )
    return max(found, key=lambda each: each[0])[1]


class _Rate(NamedTuple):
    mean: float
    variance: float  # of the mean


def _rate(served: Floats, classes: bool) -> _Rate:
    """With one right and one wrong row added to classes: Agresti and Caffo (2000), Am. Stat. 54."""
    n = len(served)
    if not classes:
        return _Rate(float(served.mean()), float(served.var(ddof=1) / n))
    share = (float(served.sum()) + 1) / (n + 2)
    return _Rate(share, share * (1 - share) / (n + 2))


def of_rates(better: Floats, worse: Floats) -> tuple[float, float]:
    """Bounds of the mean of ``better`` less that of ``worse``, of changes -1, 0 or 1 a row."""
    (up, of_up), (down, of_down) = (
        bonett_price(int((c > 0).sum()), int((c < 0).sum()), len(c)) for c in (better, worse)
    )
    half = Z * sqrt(of_up + of_down)
    return up - down - half, up - down + half


def of_means(better: Floats, worse: Floats) -> tuple[float, float]:
    """Bounds of the mean of ``better`` less that of ``worse``, of any numbers."""
    value = float(better.mean() - worse.mean())
    without = [(each.mean() - each) / (len(each) - 1) for each in (better, worse)]
    strata = np.repeat([0, 1], [len(better), len(worse)])
    half = half_width(np.concatenate([without[0], -without[1]]), strata)
    return value - half, value + half

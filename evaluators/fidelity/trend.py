"""Column pair trend: how alike the association of two columns is in two tables.

Two continuous columns, ``1 - |r_real - r_synthetic| / 2`` with Pearson's r over complete pairs;
any other pair, the total variation complement of the joint shares, continuous columns cut into
ten bins of equal width, missing a cell of its own.

The definitions are CorrelationSimilarity and ContingencySimilarity of SDMetrics 0.32, with two
differences from its report. No pair is dropped for being weak in the real table, because then a
correlation that exists only in the synthetic table goes unseen. Bins come from the real table
alone and are open at both ends, because bins of each table's own hide any shift.

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from evaluators.base import Finding, Found, NotMeasurable, Tables
from evaluators.encode import Codes, Floats, Triple, joint_codes, numbers
from evaluators.fidelity.shape import tv

LIBRARIES = ("numpy", "pandas")
BINS = 10


def trend(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a pair, in schema order; nothing is drawn, ``seed`` is not used."""
    codes = {column: _discrete(tables, column) for column in tables.columns}
    for a, b in combinations(tables.columns, 2):
        try:
            if tables.kinds[a].continuous and tables.kinds[b].continuous:
                yield (a, b), _correlation(tables, a, b)
            else:
                yield (a, b), _contingency(codes[a], codes[b])
        except NotMeasurable as undefined:
            yield (a, b), undefined


def _correlation(tables: Tables, a: str, b: str) -> Found:
    roles = ("real", "holdout", "synthetic")
    pairs = (
        (role, numbers(t[a]), numbers(t[b])) for role, t in zip(roles, tables.each, strict=True)
    )
    found = {role: pearson(x, y) for role, x, y in pairs}
    real, holdout, synthetic = (found[role] for role in roles)
    if real is None or synthetic is None:
        side = "real" if real is None else "synthetic"
        raise NotMeasurable(
            f"the correlation of {a!r} and {b!r} is undefined in the {side} table: "
            "a column is constant, or fewer than two pairs are complete"
        )
    ceiling = None if holdout is None else 1 - abs(real - holdout) / 2
    return Found.exact(
        1 - abs(real - synthetic) / 2,
        len(tables.synthetic),
        {"ceiling": ceiling, "metric": "CorrelationSimilarity", "coefficient": "Pearson"},
    )


def pearson(x: Floats, y: Floats) -> float | None:
    """Pearson's r over the pairs without missing values, or None where it is undefined."""
    complete = ~(np.isnan(x) | np.isnan(y))
    x, y = x[complete], y[complete]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x * x).sum()) * np.sqrt((y * y).sum()))
    return float(np.clip((x * y).sum() / scale, -1, 1)) if scale > 0 else None


def _contingency(a: Triple, b: Triple) -> Found:
    width = max(int(codes.max()) for codes in b) + 1
    joint = np.concatenate([x * width + y for x, y in zip(a, b, strict=True)])
    _, cells = np.unique(joint, return_inverse=True)
    real, holdout, synthetic = np.split(cells, np.cumsum([len(codes) for codes in a])[:-1])
    return Found.exact(
        tv(real, synthetic),
        len(synthetic),
        {"ceiling": tv(real, holdout), "metric": "ContingencySimilarity", "bins": BINS},
    )


def _discrete(tables: Tables, column: str) -> Triple:
    if not tables.kinds[column].continuous:
        return joint_codes(tables, column)
    real, holdout, synthetic = (numbers(table[column]) for table in tables.each)
    present = real[~np.isnan(real)]
    inner = np.histogram_bin_edges(present, bins=BINS)[1:-1]
    return _cut(real, inner), _cut(holdout, inner), _cut(synthetic, inner)


def _cut(values: Floats, inner: Floats) -> Codes:
    bins = np.digitize(values, inner)
    return np.where(np.isnan(values), len(inner) + 1, bins).astype(np.int64)

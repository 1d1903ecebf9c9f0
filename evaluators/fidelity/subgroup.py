"""Subgroups: column shapes inside each group of people, and the worst group's mean.

For every value of a declared subgroup column that at least ``minimum_cell`` real rows hold, the
mean over all other columns of the column shape (see ``shape``) between the group's real and its
synthetic rows; the value is the lowest of these means. A group without a synthetic row scores 0,
and one with few is scored by those: leaving a minority out, or all but out, is no way to pass.
Missing is a group of its own. Groups of fewer real rows are too small to judge and are counted.

Fidelity over the whole table hides a group that is a twentieth of it (Bhanot, Qi, Erickson, Guyon
and Bennett 2021, Entropy 23, 1165).

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout, and falls with the size of the smallest group judged;
``worst_ceiling`` is the holdout's score in the group named ``worst`` (None: the missing values).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

import numpy as np

from evaluators.base import Finding, Found, Kind, NotMeasurable, Tables
from evaluators.counting import Cells, cells
from evaluators.fidelity.complement import Counts, ks, tv
from evaluators.fidelity.shape import VALUES

LIBRARIES = ("numpy", "pandas")


def subgroup(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a declared subgroup column; nothing is drawn, ``seed`` is not used."""
    for column in tables.declared.subgroups:
        try:
            yield (column,), _worst(tables, column)
        except NotMeasurable as undefined:
            yield (column,), undefined


def _worst(tables: Tables, column: str) -> Found:
    others = _others(tables, column)
    (groups,) = cells(tables, [(column,)], VALUES)
    minimum = max(1, tables.declared.minimum_cell)
    judged = np.flatnonzero(groups.real >= minimum)
    if not len(judged):
        raise NotMeasurable(f"no group of {column!r} holds {minimum} real rows")
    codes = groups.codes[judged, 0]
    ways = [(column, other) for other in others]
    scores = [_scores(tables, cell, codes) for cell in cells(tables, ways, VALUES)]
    means = [(_mean(values), at) for at, values in enumerate(zip(*scores, strict=True))]
    (value, own), at = min(means)
    parameters = {
        "ceiling": min(ceiling for (_, ceiling), _ in means),
        "groups": int((groups.real > 0).sum()),
        "too_small": int(((groups.real > 0) & (groups.real < minimum)).sum()),
        "minimum_cell": minimum,
        "worst": _named(tables, column, groups.values[judged[at]]),
        "worst_ceiling": own,
    }
    return Found.exact(value, tables.rows[2], parameters)


def _named(tables: Tables, column: str, value: float | str | None) -> str | None:
    """A group as people know it: of an ordinal column its level, where the value is its rank."""
    if value is None or tables.kinds[column] is not Kind.ORDINAL:
        return None if value is None else str(value)
    return tables.declared.levels[column][int(float(value))]


def _others(tables: Tables, column: str) -> list[str]:
    """The columns that are compared inside the groups of ``column``."""
    if column not in tables.columns or tables.kinds[column].continuous:
        raise NotMeasurable(f"{column!r} is no measured column of categories: it has no groups")
    others = [other for other in tables.columns if other != column]
    if not others:
        raise NotMeasurable(f"there is no measured column but {column!r}")
    return others


def _scores(tables: Tables, cell: Cells, groups: Counts) -> list[tuple[float, float]]:
    """Shape of the second column in each group of the first: of synthetic, and of the holdout."""
    alike = ks if tables.kinds[cell.columns[1]].ordered else tv
    first = cell.codes[:, 0]  # cells are sorted by it
    bounds = zip(
        np.searchsorted(first, groups), np.searchsorted(first, groups, "right"), strict=True
    )
    return [
        (
            alike(real, cell.synthetic[low:high]) if cell.synthetic[low:high].any() else 0.0,
            alike(real, cell.holdout[low:high]) if cell.holdout[low:high].any() else 0.0,
        )
        for low, high in bounds
        for real in [cell.real[low:high]]
    ]


def _mean(scores: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    values, ceilings = zip(*scores, strict=True)
    return fsum(values) / len(scores), fsum(ceilings) / len(scores)

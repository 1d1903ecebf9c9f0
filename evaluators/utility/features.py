"""Features: columns of tables as numbers that a model can learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import Kind
from evaluators.encode import Floats, labels, numbers

CATEGORIES: Final = 254  # scikit-learn bins a feature into 255; the last is for all other ones


def features(
    parts: Mapping[str, pd.DataFrame], kinds: Mapping[str, Kind]
) -> tuple[dict[str, Floats], list[bool]]:
    """A matrix of shape (rows, columns) for each part, and which columns are categories.

    Numbers, dates (in days) and the ranks of ordinal columns stay as they are. Categories are
    numbered by how frequent they are in the part called ``real``; all beyond the 253 most frequent
    there, and those that occur in other parts only, share one number. Missing is NaN.
    """
    columns: dict[str, list[Floats]] = {role: [] for role in parts}
    for name, kind in kinds.items():
        views = {role: part[name] for role, part in parts.items()}
        if kind.ordered:
            coded = {role: numbers(view) for role, view in views.items()}
        else:
            coded = _coded({role: labels(view) for role, view in views.items()})
        for role, column in coded.items():
            columns[role].append(column)
    stacked = {role: np.column_stack(each) for role, each in columns.items()}
    return stacked, [not kind.ordered for kind in kinds.values()]


def _coded(views: dict[str, npt.NDArray[np.object_]]) -> dict[str, Floats]:
    counts = Counter(name for name in views["real"] if name is not None)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))[: CATEGORIES - 1]
    code: dict[str | None, float] = {name: float(i) for i, name in enumerate(ranked)}
    code[None] = np.nan
    other = float(len(ranked))
    return {
        role: np.array([code.get(name, other) for name in view], dtype=np.float64)
        for role, view in views.items()
    }

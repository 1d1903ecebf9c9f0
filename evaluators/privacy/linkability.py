"""Linkability: both halves of a real row lead to the same synthetic row.

Anonymeter's attack (Giomi et al. 2023, section 3.2). The columns are cut into two halves in schema
order. For each attacked row the nearest synthetic row is sought by either half, in Gower's
distance; the attack succeeds if both are the same row. The baseline draws two synthetic rows.

What is sampled: attacked rows of the training table, control rows of the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator

import anonymeter.evaluators  # noqa: F401 - first: its neighbors and evaluators import each other
import numpy as np
import pandas as pd
from anonymeter.neighbors.mixed_types_kneighbors import MixedTypeKNeighbors

from evaluators.base import Finding, NotMeasurable, Tables
from evaluators.encode import Codes
from evaluators.privacy.attacks import attacker_view, attacks, residual_risk

LIBRARIES = ("anonymeter", "numba", "scikit-learn", "numpy", "pandas")


def linkability(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for the whole table."""
    if len(tables.columns) < 2:
        raise NotMeasurable("linking needs two halves of columns, the tables have one column")
    rng = np.random.default_rng(seed)
    real, holdout, synthetic = attacker_view(tables)
    made, middle = attacks(tables), (len(tables.columns) + 1) // 2
    halves = list(real.columns[:middle]), list(real.columns[middle:])
    random = rng.integers(len(synthetic), size=(2, made))
    yield (
        (),
        residual_risk(
            made,
            attack=_links(_targets(real, made, rng), synthetic, halves),
            baseline=int((random[0] == random[1]).sum()),
            control=_links(_targets(holdout, made, rng), synthetic, halves),
            parameters={
                "n_neighbors": 1,
                "aux_first": list(tables.columns[:middle]),
                "aux_second": list(tables.columns[middle:]),
            },
        ),
    )


def _targets(frame: pd.DataFrame, made: int, rng: np.random.Generator) -> pd.DataFrame:
    return frame.iloc[rng.choice(len(frame), made, replace=False)]


def _links(
    targets: pd.DataFrame, synthetic: pd.DataFrame, halves: tuple[list[str], list[str]]
) -> int:
    first, second = (nearest(targets[names], synthetic[names]) for names in halves)
    return int((first == second).sum())


def nearest(targets: pd.DataFrame, synthetic: pd.DataFrame) -> Codes:
    """Position of the nearest synthetic row for each target, by Anonymeter's search."""
    search = MixedTypeKNeighbors(n_neighbors=1, n_jobs=1).fit(synthetic)
    return np.asarray(search.kneighbors(targets), dtype=np.int64)[:, 0]

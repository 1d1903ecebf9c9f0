"""Linkability: both halves of a real row lead to the same synthetic row.

Anonymeter's attack (Giomi et al. 2023, section 3.2). The columns are cut into two halves in schema
order. For each attacked row the ``k`` nearest synthetic rows are sought by either half, in the
distance of ``evaluators.neighbours``; the attack succeeds if the two lists share a row. The
baseline draws two lists of ``k`` synthetic rows. The metric has ``k = 1``, Anonymeter's default.
Of rows at equal distance the first in canonical order is taken, where Anonymeter's sort leaves it
open.

What is sampled: attacked rows of the training table, control rows of the holdout. Which of equally
near rows comes first is not: with longer lists and few, coarse columns that choice moves rates as
much as sampling does, and all targets alike.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evaluators.base import Finding, NotMeasurable, Tables
from evaluators.encode import Codes
from evaluators.neighbours import Rows, nearest, view
from evaluators.privacy.attacks import ATTACKS, Successes, attacks, risk_found, strength_found
from evaluators.shared import once_per_tables

LIBRARIES = ("numba", "numpy", "pandas")


def linkability(tables: Tables, seed: int) -> Iterator[Finding]:
    """Residual risk, one finding for the whole table."""
    yield (), risk_found(links(tables, seed))


def strength(tables: Tables, seed: int) -> Iterator[Finding]:
    """Attack rate less baseline rate, one finding for the whole table."""
    yield (), strength_found(links(tables, seed))


@once_per_tables
def links(tables: Tables, seed: int, k: int = 1, most: int = ATTACKS) -> Successes:
    """How many rows are linked by one of their ``k`` nearest synthetic rows."""
    if len(tables.columns) < 2:
        raise NotMeasurable("linking needs two halves of columns, the tables have one column")
    rng = np.random.default_rng(seed)
    rows, made, middle = view(tables), attacks(tables, most), (len(tables.columns) + 1) // 2
    halves = tables.columns[:middle], tables.columns[middle:]
    random = [_random_lists(len(tables.synthetic), made, k, rng) for _ in halves]
    attacked, control = (_targets(each, made, rng) for each in (rows.real, rows.holdout))
    return Successes(
        made,
        attack=_linked(attacked, rows.synthetic, halves, k),
        baseline=_sharing(random[0], random[1]),
        control=_linked(control, rows.synthetic, halves, k),
        parameters={"n_neighbors": k, "aux_first": [*halves[0]], "aux_second": [*halves[1]]},
    )


def _random_lists(rows: int, made: int, k: int, rng: np.random.Generator) -> Codes:
    return np.array([rng.choice(rows, k, replace=False) for _ in range(made)])


def _targets(rows: Rows, made: int, rng: np.random.Generator) -> Rows:
    return rows.take(rng.choice(len(rows), made, replace=False))


def _linked(targets: Rows, synthetic: Rows, halves: tuple[list[str], list[str]], k: int) -> int:
    first, second = (nearest(targets, synthetic, k, columns)[1] for columns in halves)
    return _sharing(first, second)


def _sharing(first: Codes, second: Codes) -> int:
    """How many pairs of lists, each of shape (lists, k), have an element in common."""
    return int((first[:, :, None] == second[:, None, :]).any(axis=(1, 2)).sum())

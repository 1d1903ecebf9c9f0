"""k-map: synthetic rows whose quasi-identifiers are those of a few real people.

The share of synthetic rows whose combination of declared quasi-identifiers is held by at least one
but fewer than ``k`` rows of the training and holdout tables together, the population that is known
here (Sweeney 2002, Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570; k-map
as in El Emam and Dankar 2008, JAMIA 15, 627-637). A combination that no real row holds points at
nobody. ``k`` is the declared minimum cell. Numbers count as they are, and a missing value is a
value.

The ceiling is the same share of holdout rows among all other real rows: what rows have that were
drawn from the population and not made. Everything is counted and nothing resampled.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from evaluators.base import Finding, Found, NotMeasurable, Tables
from evaluators.encode import Codes, joint_codes

LIBRARIES = ("numpy", "pandas")


def k_map(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for the whole table; ``seed`` is not used."""
    names, k = tables.declared.quasi_identifiers, tables.declared.minimum_cell
    if unknown := [name for name in names if name not in tables.kinds]:
        raise NotMeasurable(f"no such columns: {', '.join(unknown)}")
    if tables.whole:
        raise NotMeasurable("people who share a combination cannot be counted in a draw of rows")
    real, holdout, synthetic = _combinations(tables)
    population = np.bincount(np.concatenate([real, holdout]), minlength=int(synthetic.max()) + 1)
    value = _few(population[synthetic], k)
    yield (
        (),
        Found.exact(
            value,
            len(synthetic),
            {
                "quasi_identifiers": list(names),
                "k": k,
                "population_rows": len(real) + len(holdout),
                "ceiling": _few(population[holdout] - 1, k),
            },
        ),
    )


def _combinations(tables: Tables) -> tuple[Codes, Codes, Codes]:
    """Each row's combination as an integer, shared by all three tables."""
    rows = np.zeros(sum(len(table) for table in tables.each), dtype=np.int64)
    for name in tables.declared.quasi_identifiers:
        codes = np.concatenate(joint_codes(tables, name))
        rows = pd.factorize(rows * (int(codes.max()) + 1) + codes)[0].astype(np.int64)
    real, both = len(tables.real), len(tables.real) + len(tables.holdout)
    return rows[:real], rows[real:both], rows[both:]


def _few(held: Codes, k: int) -> float:
    return float(((held >= 1) & (held < k)).mean())

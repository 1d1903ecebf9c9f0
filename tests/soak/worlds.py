"""Small tables drawn from a known population, quickly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluators.base import Kind, Tables

KINDS = {
    "x": Kind.NUMERIC,
    "y": Kind.NUMERIC,
    "c": Kind.CATEGORICAL,
    "d": Kind.CATEGORICAL,
    "k": Kind.CATEGORICAL,
}


def mixed(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    """Two numbers that go together, one of them skewed, and a category that goes with them."""
    x = rng.normal(size=rows)
    y = np.exp(0.5 * x + rng.normal(size=rows))
    return pd.DataFrame({"x": x, "y": y, "c": np.digitize(x + rng.normal(size=rows), [-1, 0, 1])})


def discrete(rng: np.random.Generator, rows: int, kinds: int = 400) -> pd.DataFrame:
    """Categories in many combinations, common and rare: rows have twins."""
    rank = np.floor(kinds ** rng.random(rows)).astype(int)
    return pd.DataFrame(
        {"c": rank % 7, "d": rng.choice(3, rows, p=[0.6, 0.3, 0.1]), "k": rank // 7}
    )


def tables(real: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame) -> Tables:
    """Tables as ``align`` makes them, but for the order of rows, which is one of chance already."""
    return Tables(real, holdout, synthetic, {str(name): KINDS[str(name)] for name in real.columns})

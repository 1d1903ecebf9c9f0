"""Small tables with a structure worth measuring, drawn once from a fixed seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Measurement, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.run import measure
from evaluators.tables import align

Draw = Callable[[int, int], pd.DataFrame]
One = Callable[..., Measurement]


def people(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    job = rng.choice(["clerk", "cook", "nurse"], rows, p=[0.5, 0.3, 0.2])
    pay = age * 10.0 + rng.normal(0, 100, rows).round(1)
    ill = (age + rng.normal(0, 15, rows) > 55).astype(int)
    tall = rng.normal(170, 10, rows).round(1)
    debt = rng.exponential(1000, rows).round(0) + 0.5
    return pd.DataFrame(
        {"age": age, "job": job, "pay": pay, "ill": ill, "tall": tall, "debt": debt}
    )


@pytest.fixture
def draw() -> Draw:
    return people


@pytest.fixture(scope="session")
def independent() -> Tables:
    """Three independent samples of one population: an ideal generator."""
    return align(people(400, 1), people(400, 2), people(400, 3), "ill")


@pytest.fixture(scope="session")
def copied() -> Tables:
    """A synthetic table that is the training table, row for row."""
    return align(people(400, 1), people(400, 2), people(400, 1), "ill")


@pytest.fixture
def one() -> One:
    """Measure one metric on one scope."""

    def found(tables: Tables, metric: str, *scope: str, seed: int = 7) -> Measurement:
        every = measure(tables, CATALOGUE[metric], seed=seed)
        return next(m for m in every if m.scope == scope)

    return found

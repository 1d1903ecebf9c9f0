from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluators.base import TableError
from evaluators.overlap import overlap
from evaluators.tables import read

Draw = Callable[[int, int], pd.DataFrame]
DEMO = Path(__file__).resolve().parents[3] / "registry" / "demo"


def few_kinds(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"a": rng.integers(0, 12, 500), "b": rng.choice(["x", "y", "z"], 500)})


def test_a_shuffled_training_table_is_no_holdout(draw: Draw) -> None:
    training = draw(400, 1)

    found = overlap(training, training.sample(frac=1, random_state=2))

    assert (found.holdout_in_training, found.training_twins) == (1.0, 0.0)
    assert (found.holdout_rows, found.training_rows) == (400, 400)
    assert not found.disjoint


def test_a_holdout_with_a_tenth_copied_from_training_is_not_disjoint(draw: Draw) -> None:
    training = draw(1000, 1)

    found = overlap(training, pd.concat([draw(900, 2), training.head(100)]))

    assert found.holdout_in_training == pytest.approx(0.1)
    assert not found.disjoint


def test_independent_samples_without_natural_duplicates_are_disjoint(draw: Draw) -> None:
    found = overlap(draw(400, 1), draw(400, 2))

    assert found.holdout_in_training == 0.0
    assert found.disjoint


@pytest.mark.parametrize("seed", range(5))
def test_independent_samples_with_many_natural_duplicates_are_disjoint(seed: int) -> None:
    found = overlap(few_kinds(seed), few_kinds(seed + 100))

    assert found.holdout_in_training > 0.9
    assert found.disjoint


def test_shares_by_hand() -> None:
    training = pd.DataFrame({"x": [0.5, 0.5, 1.5, None], "c": ["a", "a", "b", None]})
    holdout = pd.DataFrame({"x": [None, 0.5, 1.5], "c": [None, "b", "b"]})

    found = overlap(training, holdout)

    assert found.holdout_in_training == pytest.approx(2 / 3)
    assert found.training_twins == 0.5


def test_whole_numbers_match_however_they_are_stored(draw: Draw) -> None:
    training = draw(100, 1)[["age", "job"]]

    assert overlap(training, training.astype({"age": float})).holdout_in_training == 1.0


def test_the_demo_tables_are_disjoint() -> None:
    training, holdout = (read(DEMO / f"rand-hie-{part}.csv.gz") for part in ("training", "holdout"))

    assert overlap(training, holdout).disjoint


def test_tables_with_different_columns_are_refused(draw: Draw) -> None:
    with pytest.raises(TableError, match="holdout table lacks 'age'"):
        overlap(draw(50, 1), draw(50, 2).drop(columns="age"))

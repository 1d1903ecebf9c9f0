from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from evaluators.base import Kind
from evaluators.overlap import overlap
from evaluators.tables import align, read


@pytest.fixture(scope="module")
def adult(shared: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = shared / "adult"
    return read(folder / "adult_trn.csv.gz"), read(folder / "adult_hol.csv.gz")


def test_the_natural_duplicates_of_adult_are_accepted(
    adult: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    found = overlap(*adult)

    assert found.holdout_in_training * found.holdout_rows == pytest.approx(24)
    assert found.disjoint


@pytest.mark.parametrize("copies", [2442, 122])
def test_an_adult_holdout_with_rows_from_training_is_refused(
    adult: tuple[pd.DataFrame, pd.DataFrame], copies: int
) -> None:
    training, holdout = adult
    leaked = pd.concat([holdout.iloc[copies:], training.sample(copies, random_state=1)])

    assert not overlap(training, leaked).disjoint


def test_the_kinds_of_adult_are_those_of_a_census(
    adult: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    training, holdout = adult
    kinds = align(training, holdout, holdout, "income").kinds

    numeric = {name for name, kind in kinds.items() if kind is Kind.NUMERIC}
    assert numeric == {
        "age",
        "fnlwgt",
        "education-num",
        "capital-gain",
        "capital-loss",
        "hours-per-week",
    }
    assert {kinds[name] for name in set(kinds) - numeric} == {Kind.CATEGORICAL}

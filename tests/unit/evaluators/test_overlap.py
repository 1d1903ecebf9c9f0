from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Declared, TableError
from evaluators.overlap import overlap, require_disjoint
from evaluators.tables import read

Draw = Callable[[int, int], pd.DataFrame]
DEMO = Path(__file__).resolve().parents[3] / "registry" / "demo"


def few_kinds(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"a": rng.integers(0, 12, 500), "b": rng.choice(["x", "y", "z"], 500)})


def demo() -> tuple[pd.DataFrame, pd.DataFrame]:
    training, holdout = (read(DEMO / f"rand-hie-{part}.csv.gz") for part in ("training", "holdout"))
    return training, holdout


def planted(training: pd.DataFrame, holdout: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """The holdout with that share of its rows replaced by rows of the training table."""
    copies = round(share * len(holdout))
    kept = holdout.sample(len(holdout) - copies, random_state=seed)
    return pd.concat([kept, training.sample(copies, random_state=seed)])


def test_a_shuffled_training_table_is_no_holdout(draw: Draw) -> None:
    training = draw(400, 1)

    found = overlap(training, training.sample(frac=1, random_state=2))

    assert (found.holdout_in_training, found.training_twins) == (1.0, 0.0)
    assert (found.holdout_rows, found.training_rows, found.paired) == (400, 400, 400)
    assert found.expected == pytest.approx(200, abs=5)
    assert not found.disjoint


def test_a_holdout_with_a_tenth_copied_from_training_is_not_disjoint(draw: Draw) -> None:
    training = draw(1000, 1)

    found = overlap(training, pd.concat([draw(900, 2), training.head(100)]))

    assert found.holdout_in_training == pytest.approx(0.1)
    assert str(found.refused).startswith("100 rows of the holdout pair with identical training")


@pytest.mark.parametrize(("copies", "disjoint"), [(5, True), (15, False)])
def test_without_duplicates_fifteen_copies_are_more_than_chance_and_five_are_not(
    draw: Draw, copies: int, disjoint: bool
) -> None:
    training = draw(1000, 1)

    found = overlap(training, pd.concat([draw(1000, 2), training.head(copies)]))

    assert found.paired == copies
    assert found.disjoint is disjoint


def test_independent_samples_without_natural_duplicates_are_disjoint(draw: Draw) -> None:
    found = overlap(draw(400, 1), draw(400, 2))

    assert (found.holdout_in_training, found.paired, found.expected) == (0.0, 0, 0.0)
    assert found.disjoint


@pytest.mark.parametrize("seed", range(5))
def test_independent_samples_with_many_natural_duplicates_are_disjoint(seed: int) -> None:
    found = overlap(few_kinds(seed), few_kinds(seed + 100))

    assert found.holdout_in_training > 0.9
    assert found.disjoint


def test_a_copy_is_refused_even_where_every_row_has_a_twin() -> None:
    found = overlap(few_kinds(1), few_kinds(1).sample(frac=1, random_state=2))

    assert found.training_twins > 0.9
    assert not found.disjoint


def test_honest_random_splits_are_refused_about_once_in_a_thousand() -> None:
    rng = np.random.default_rng(5)
    pool = pd.concat([few_kinds(1).head(60), few_kinds(2).head(60)], ignore_index=True)
    splits = [rng.permutation(120) for _ in range(200)]

    refused = [not overlap(pool.iloc[at[:80]], pool.iloc[at[80:]]).disjoint for at in splits]

    assert sum(refused) <= 2  # more than two of 200 at one in a thousand: probability .001


def test_shares_by_hand() -> None:
    training = pd.DataFrame({"x": [0.5, 0.5, 1.5, None], "c": ["a", "a", "b", None]})
    holdout = pd.DataFrame({"x": [None, 0.5, 1.5, 0.5], "c": [None, "b", "b", "a"]})

    found = overlap(training, holdout)

    assert found.holdout_in_training == 0.75
    assert found.training_twins == 0.5
    assert found.paired == 3


def test_whole_numbers_match_however_they_are_stored(draw: Draw) -> None:
    training = draw(100, 1)[["age", "job"]]

    assert overlap(training, training.astype({"age": float})).holdout_in_training == 1.0


def test_new_identifiers_do_not_hide_copied_rows(draw: Draw) -> None:
    training = draw(400, 1).assign(id=range(400))
    holdout = training.head(200).assign(id=range(400, 600))

    assert not overlap(training, holdout).disjoint


def test_the_demo_tables_are_disjoint() -> None:
    found = overlap(*demo())

    assert found.holdout_in_training == pytest.approx(0.258, abs=0.001)
    assert found.disjoint


@pytest.mark.parametrize("seed", range(3))
def test_the_demo_holdout_with_a_tenth_from_training_is_refused(seed: int) -> None:
    training, holdout = demo()

    assert not overlap(training, planted(training, holdout, 0.1, seed)).disjoint


def test_one_shared_key_is_refused(draw: Draw) -> None:
    training = draw(50, 1).assign(who=[f"{i:03}" for i in range(50)])
    holdout = draw(50, 2).assign(who=[f"{i:03}" for i in range(49, 99)])

    found = overlap(training, holdout, Declared(key=("who",)))

    assert found.shared_keys == 1
    assert found.refused == "fewer than 10 key values of the holdout stand in the training table"
    with pytest.raises(TableError, match="fewer than 10 key values"):
        require_disjoint(training, holdout, Declared(key=("who",)))


def test_a_key_of_two_columns_is_shared_only_if_both_are(draw: Draw) -> None:
    training = draw(50, 1).assign(home=[i // 2 for i in range(50)], place=[0, 1] * 25)
    holdout = training.assign(place=[2, 3] * 25, pay=1.5)
    key = Declared(key=("home", "place"))

    assert overlap(training, holdout, key).shared_keys == 0
    assert overlap(training, holdout.assign(place=[2, 1] * 25), key).shared_keys == 25


def test_copied_rows_are_refused_though_no_key_is_shared(draw: Draw) -> None:
    training = draw(200, 1).assign(who=range(200))

    found = overlap(training, training.assign(who=range(500, 700)), Declared(key=("who",)))

    assert found.shared_keys == 0
    assert not found.disjoint


def test_a_row_without_a_key_is_refused(draw: Draw) -> None:
    training = draw(50, 1).assign(who=range(50))
    holdout = draw(50, 2).assign(who=[None, *range(100, 149)])

    with pytest.raises(TableError, match="key 'who' has missing values"):
        overlap(training, holdout, Declared(key=("who",)))


def test_tables_with_different_columns_are_refused(draw: Draw) -> None:
    with pytest.raises(TableError, match="holdout table lacks 'age'"):
        overlap(draw(50, 1), draw(50, 2).drop(columns="age"))

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import r2_score, roc_auc_score

from evaluators.base import Tables
from evaluators.tables import align
from evaluators.utility.bootstrap import auc, resampled

SCORES = ("utility.tstr.score", "utility.trtr.score", "utility.tstr.ratio")


def with_target(tables: Tables, target: str | None) -> Tables:
    return align(tables.real, tables.holdout, tables.synthetic, target)


def cause(one: Any, tables: Tables, metric: str = "utility.tstr.score") -> str:
    found = one(tables, metric)
    assert found.status == "not-measurable"
    return str(found.cause)


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 4)), min_size=2, max_size=40
    ).filter(lambda rows: {t for t, _, w in rows if w} == {True, False})
)
def test_the_area_under_the_curve_is_that_of_scikit_learn(
    rows: list[tuple[bool, int, int]],
) -> None:
    truth, scores, counts = (np.array(column) for column in zip(*rows, strict=True))

    found = auc(truth, scores.astype(float), counts[None, :].astype(float))

    assert found[0] == pytest.approx(roc_auc_score(truth, scores, sample_weight=counts))


def test_scores_on_the_rows_as_they_are_match_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    classes, chances = rng.integers(0, 3, 90), rng.dirichlet([1, 1, 1], 90)
    truth, guess = rng.normal(size=90), rng.normal(size=90)

    macro = resampled(classes, chances, 3, 2, rng)[0]
    r2 = resampled(truth, guess[:, None], 0, 2, rng)[0]

    assert macro == pytest.approx(roc_auc_score(classes, chances, multi_class="ovr"))
    assert r2 == pytest.approx(r2_score(truth, guess))


def test_a_perfect_prediction_has_no_uncertainty() -> None:
    truth = np.array([0] * 50 + [1] * 50)

    scores = resampled(truth, np.column_stack([1 - truth, truth]), 2, 50, np.random.default_rng(1))

    assert np.all(scores == 1.0)


def test_an_ideal_generator_is_as_useful_as_real_rows(one: Any, independent: Tables) -> None:
    tstr, trtr, ratio = (one(independent, metric) for metric in SCORES)

    assert tstr.low < tstr.value < tstr.high
    assert ratio.value == pytest.approx(tstr.value / trtr.value)
    assert ratio.low < 1.0 < ratio.high
    assert ratio.parameters["resamples"] == 1000


def test_training_on_the_training_table_itself_has_ratio_one(one: Any, copied: Tables) -> None:
    ratio = one(copied, "utility.tstr.ratio")

    assert (ratio.value, ratio.low, ratio.high) == (1.0, 1.0, 1.0)


def test_shuffled_labels_are_of_no_use(one: Any, independent: Tables) -> None:
    rng = np.random.default_rng(11)
    values = []
    for _ in range(5):
        ill = rng.permutation(independent.synthetic["ill"])
        shuffled = independent.synthetic.assign(ill=ill)
        tables = align(independent.real, independent.holdout, shuffled, "ill")
        values.append(one(tables, "utility.tstr.score").value)

    assert 0.4 < np.mean(values) < 0.6


def test_a_numeric_target_is_scored_by_r2(one: Any, independent: Tables) -> None:
    found = one(with_target(independent, "pay"), "utility.tstr.score")

    assert found.parameters["score"] == "R2"
    assert 0.5 < found.low < found.value < found.high < 1


def test_three_classes_are_scored_one_against_the_rest(one: Any, independent: Tables) -> None:
    found = one(with_target(independent, "job"), "utility.trtr.score")

    assert found.parameters["classes"] == 3
    assert found.low < 0.5 < found.high


def test_a_larger_synthetic_table_is_cut_to_the_size_of_the_real_one(one: Any, draw: Any) -> None:
    tables = align(draw(400, 1), draw(400, 2), draw(900, 3), "ill")

    assert one(tables, "utility.tstr.score").parameters["train_rows"] == 400


def test_without_a_target_the_cause_says_what_to_do(one: Any, independent: Tables) -> None:
    for metric in SCORES:
        assert "name the column" in cause(one, with_target(independent, None), metric)


def test_a_class_the_synthetic_table_lacks_is_counted_and_not_named(
    one: Any, independent: Tables
) -> None:
    constant = independent.synthetic.assign(job="cook")
    tables = align(independent.real, independent.holdout, constant, "job")

    assert cause(one, tables) == (
        "2 of 3 classes of the target have fewer than 10 rows in the synthetic table"
    )


def test_a_constant_numeric_target_is_not_measurable(one: Any, independent: Tables) -> None:
    constant = independent.synthetic.assign(pay=1.5)
    tables = align(independent.real, independent.holdout, constant, "pay")

    assert "constant in the synthetic table" in cause(one, tables)


def test_a_ratio_to_a_model_no_better_than_chance_is_not_measurable(one: Any) -> None:
    rng = np.random.default_rng(2)
    noise = [pd.DataFrame({"x": rng.normal(size=200), "y": rng.normal(size=200)}) for _ in "abc"]

    assert "does not clearly beat chance" in cause(one, align(*noise, "y"), "utility.tstr.ratio")


@pytest.mark.parametrize("seed", range(8))
def test_noise_over_noise_is_no_ratio_of_areas_under_the_curve(one: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = [pd.DataFrame({"x": rng.normal(size=400), "y": rng.integers(0, 2, 400)}) for _ in "abc"]
    tables = align(*noise, "y")

    assert "lower bound of its ROC AUC" in cause(one, tables, "utility.tstr.ratio")

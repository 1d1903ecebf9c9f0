from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from evaluators.base import Declared, Kind, NotMeasurable, Tables
from evaluators.run import measure
from evaluators.tables import align
from evaluators.utility import models
from evaluators.utility.estimators import linear, trained

BOOSTING, LINEAR = "gradient-boosting", "linear"
SCORES = ("utility.tstr.score", "utility.trtr.score", "utility.tstr.ratio")
ALL = (*SCORES, "utility.augmentation.gain", "utility.importance.agreement")


def with_target(tables: Tables, target: str | None) -> Tables:
    return align(tables.real, tables.holdout, tables.synthetic, target)


def cause(one: Any, tables: Tables, metric: str = "utility.tstr.score") -> str:
    found = one(tables, metric, BOOSTING)
    assert found.status == "not-measurable"
    return str(found.cause)


def test_an_ideal_generator_is_as_useful_as_real_rows(one: Any, independent: Tables) -> None:
    for model in (BOOSTING, LINEAR):
        tstr, trtr, share = (one(independent, metric, model) for metric in SCORES)

        assert tstr.low < tstr.value < tstr.high
        assert share.value == pytest.approx(tstr.value / trtr.value)
        assert share.low < 1.0 < share.high


def test_training_on_the_training_table_itself_has_ratio_one(one: Any, copied: Tables) -> None:
    for model in (BOOSTING, LINEAR):
        found = one(copied, "utility.tstr.ratio", model)

        assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_shuffled_labels_are_of_no_use(one: Any, independent: Tables) -> None:
    rng = np.random.default_rng(11)
    values = []
    for _ in range(5):
        ill = rng.permutation(independent.synthetic["ill"])
        shuffled = independent.synthetic.assign(ill=ill)
        tables = align(independent.real, independent.holdout, shuffled, "ill")
        values.append(one(tables, "utility.tstr.score", BOOSTING).value)

    assert 0.4 < np.mean(values) < 0.6


def test_rows_with_shuffled_labels_do_harm_when_added(one: Any, draw: Any) -> None:
    rng = np.random.default_rng(12)
    harmful = draw(400, 3).assign(ill=rng.integers(0, 2, 400))

    found = one(align(draw(400, 1), draw(2000, 2), harmful, "ill"), ALL[3], BOOSTING)

    assert found.high < 0
    assert found.value == pytest.approx(found.parameters["augmented"] - found.parameters["trtr"])


def test_every_setting_of_a_model_is_recorded(one: Any, independent: Tables) -> None:
    boosting, logistic = (one(independent, SCORES[0], model) for model in (BOOSTING, LINEAR))

    assert boosting.parameters["estimator"] == "HistGradientBoostingClassifier"
    assert boosting.parameters["settings"]["max_iter"] == 100
    assert logistic.parameters["estimator"] == "LogisticRegression"
    assert logistic.parameters["settings"]["categories"]["min_frequency"] == 20


def test_a_model_that_does_not_converge_is_no_model() -> None:
    rng = np.random.default_rng(1)
    hurried = LogisticRegression(max_iter=1)

    with pytest.raises(NotMeasurable, match="did not converge"):
        trained(hurried, rng.normal(size=(50, 3)), np.repeat([0, 1], 25))


def test_the_linear_model_ignores_a_category_that_it_has_not_seen() -> None:
    rng = np.random.default_rng(2)
    known = np.column_stack([rng.normal(size=200), rng.integers(0, 2, 200)])
    fitted = trained(linear([False, True], True), known, known[:, 0] > 0)

    chances = fitted.predict_proba(np.array([[0.5, 7.0], [0.5, np.nan]]))

    assert np.all(np.isfinite(chances))


def test_a_numeric_target_is_scored_by_r2(one: Any, independent: Tables) -> None:
    for model in (BOOSTING, LINEAR):
        found = one(with_target(independent, "pay"), "utility.tstr.score", model)

        assert found.parameters["score"] == "R2"
        assert 0.5 < found.low < found.value < found.high < 1


def test_an_ordinal_target_is_predicted_by_its_rank(one: Any, draw: Any) -> None:
    def graded(seed: int) -> pd.DataFrame:
        people = draw(400, seed)
        return people.assign(grade=pd.cut(people["age"], 4, labels=list("abcd")).astype(str))

    declared = Declared(kinds={"grade": Kind.ORDINAL}, levels={"grade": tuple("abcd")})
    tables = align(graded(1), graded(2), graded(3), "grade", declared)

    found = one(tables, "utility.trtr.score", BOOSTING)

    assert found.parameters["score"] == "R2"
    assert found.low > 0.8


def test_three_classes_are_scored_one_against_the_rest(one: Any, independent: Tables) -> None:
    found = one(with_target(independent, "job"), "utility.trtr.score", BOOSTING)

    assert found.parameters["classes"] == 3
    assert 0 < found.parameters["macro_f1"] < 1
    assert found.low < 0.5 < found.high


def test_a_larger_synthetic_table_is_cut_to_the_size_of_the_real_one(one: Any, draw: Any) -> None:
    tables = align(draw(400, 1), draw(400, 2), draw(900, 3), "ill")

    assert one(tables, "utility.tstr.score", BOOSTING).parameters["train_rows"] == 400


def test_another_model_can_be_plugged_into_the_same_harness(independent: Tables) -> None:
    parts = {"real": independent.real, "holdout": independent.holdout}
    seen = []

    class Prior:
        def fit(self, features: Any, truth: Any) -> Any:
            seen.append((features.shape, np.bincount(truth).tolist()))
            return self

        def predict_proba(self, features: Any) -> Any:
            return np.full((len(features), 2), 0.5)

    case = models.learnt(
        independent, parts | {"synthetic": independent.synthetic}, lambda *known: Prior()
    )

    assert [shape for shape, _ in seen] == [(400, 5), (400, 5)]
    assert case.predictions["synthetic"].shape == (400, 2)


def test_the_same_tables_and_seed_give_the_same_figures(draw: Any) -> None:
    from evaluators.catalogue import CATALOGUE

    def figures() -> list[object]:
        tables = align(draw(500, 1), draw(500, 2), draw(500, 3), "ill")
        each = (measure(tables, CATALOGUE[metric], seed=7) for metric in ALL)
        return [(m.value, m.low, m.high) for found in each for m in found]

    assert figures() == figures()


def test_importances_agree_for_an_ideal_generator_and_not_for_a_broken_one(
    one: Any, draw: Any
) -> None:
    real, holdout, good = (draw(800, seed) for seed in (1, 2, 3))
    rng = np.random.default_rng(5)
    broken = good.assign(age=rng.permutation(good["age"]), ill=(good["debt"] > 700).astype(int))

    for model in (BOOSTING, LINEAR):
        ideal, poor = (
            one(align(real, holdout, made, "ill"), "utility.importance.agreement", model)
            for made in (good, broken)
        )

        assert ideal.low > poor.high
        assert ideal.parameters["top_synthetic"][0] == "age"
        assert poor.parameters["top_synthetic"][0] == "debt"
        assert ideal.parameters["ceiling"] > 0.9


def test_importances_of_a_copy_agree_exactly(one: Any, draw: Any) -> None:
    copied = align(draw(500, 1), draw(500, 2), draw(500, 1), "ill")

    found = one(copied, "utility.importance.agreement", BOOSTING)

    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def grouped(draw: Any, seed: int, unfair: bool = False) -> pd.DataFrame:
    """Two groups of people; where it is unfair, nobody in one of them is said to be ill."""
    people, rng = draw(1500, seed), np.random.default_rng(seed + 100)
    people["group"] = rng.choice(["north", "south"], 1500)
    if unfair:
        south = (people["group"] == "south").to_numpy()
        people["ill"] = np.where(south, 0, people["ill"])
    return people


def test_training_on_labels_that_wrong_one_group_widens_the_gap(one: Any, draw: Any) -> None:
    declared = Declared(subgroups=("group",))
    real, holdout = grouped(draw, 1), grouped(draw, 2)

    fair, unfair = (
        one(align(real, holdout, made, "ill", declared), "utility.fairness.gap", "group")
        for made in (grouped(draw, 3), grouped(draw, 3, unfair=True))
    )

    assert fair.high < 0.15
    assert unfair.low > 0.3
    assert set(unfair.parameters["groups"]) == {"north", "south"}


def test_the_gap_of_a_numeric_target_is_of_squared_errors(one: Any, draw: Any) -> None:
    declared = Declared(subgroups=("group",))
    wrong = grouped(draw, 3)
    wrong["pay"] = np.where(wrong["group"] == "south", 0.5, wrong["pay"])

    tables = align(grouped(draw, 1), grouped(draw, 2), wrong, "pay", declared)
    found = one(tables, "utility.fairness.gap", "group")

    assert found.low > 0.3
    assert found.parameters["groups"] == ["north", "south"]


def test_groups_below_the_minimum_cell_are_left_out_and_counted(one: Any, draw: Any) -> None:
    real, holdout, made = (grouped(draw, seed) for seed in (1, 2, 3))
    holdout.loc[:4, "group"] = "west"
    real.loc[:40, "group"] = "west"

    found = one(
        align(real, holdout, made, "ill", Declared(subgroups=("group",))),
        "utility.fairness.gap",
        "group",
    )

    assert found.parameters["groups_left_out"] == 1
    assert "west" not in found.parameters["groups"]


def test_one_group_has_no_gap(one: Any, draw: Any) -> None:
    parts = (grouped(draw, seed).assign(group="north") for seed in (1, 2, 3))

    found = one(
        align(*parts, "ill", Declared(subgroups=("group",))), "utility.fairness.gap", "group"
    )

    assert "fewer than two groups" in str(found.cause)


def test_without_a_target_the_cause_says_what_to_do(one: Any, draw: Any) -> None:
    tables = align(draw(500, 1), draw(500, 2), draw(500, 3), None)

    for metric in ALL:
        assert "name the column" in cause(one, tables, metric)


def test_a_class_the_synthetic_table_lacks_is_counted_and_not_named(
    one: Any, independent: Tables
) -> None:
    constant = independent.synthetic.assign(job="cook")
    tables = align(independent.real, independent.holdout, constant, "job")

    assert cause(one, tables) == (
        "2 of 3 classes of the target have fewer than 10 rows in the synthetic table"
    )


def test_a_target_of_many_classes_is_refused_before_any_model_is_grown(one: Any) -> None:
    rng = np.random.default_rng(6)
    codes = [np.char.add("v", rng.integers(0, 400, 8000).astype(str)) for _ in "abc"]
    tables = align(*(pd.DataFrame({"x": rng.normal(size=8000), "y": y}) for y in codes), "y")

    assert cause(one, tables) == "the target has 400 classes, and at most 30 are modelled"


def test_a_target_of_one_class_is_not_measurable(one: Any, independent: Tables) -> None:
    tables = align(*(table.assign(ill=1) for table in independent.each), "ill")

    assert "one class" in cause(one, tables)


def test_a_constant_numeric_target_is_not_measurable(one: Any, independent: Tables) -> None:
    constant = independent.synthetic.assign(pay=1.5)
    tables = align(independent.real, independent.holdout, constant, "pay")

    assert "constant in the synthetic table" in cause(one, tables)


def test_rows_without_a_target_are_left_out_and_too_few_others_are_no_test(
    one: Any, independent: Tables
) -> None:
    def hidden(every: int) -> Tables:
        kept = independent.holdout["ill"].astype(float)
        kept[np.arange(len(kept)) % every != 0] = np.nan
        holdout = independent.holdout.assign(ill=kept)
        return align(independent.real, holdout, independent.synthetic, "ill")

    assert one(hidden(2), "utility.tstr.score", BOOSTING).n == 200
    assert "fewer than 100 rows of the holdout table" in cause(one, hidden(10))


@pytest.mark.parametrize("role", [0, 1, 2])
def test_a_feature_that_one_table_lacks_altogether_is_no_obstacle(
    one: Any, draw: Any, role: int
) -> None:
    parts = [draw(300, seed) for seed in (1, 2, 3)]
    parts[role] = parts[role].assign(tall=np.nan, job=None)

    for model in (BOOSTING, LINEAR):
        found = one(align(*parts, "ill"), "utility.tstr.score", model)

        assert found.low > 0.6


def test_categories_that_other_tables_lack_are_no_obstacle(one: Any, draw: Any) -> None:
    parts = [draw(300, seed) for seed in (1, 2, 3)]
    tables = align(*(p.assign(job=p["job"] + str(i)) for i, p in enumerate(parts)), "ill")

    for model in (BOOSTING, LINEAR):
        assert one(tables, "utility.tstr.score", model).low > 0.6


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

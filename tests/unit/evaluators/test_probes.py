"""Altered tables are altered in one way alone, and the metrics answer them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.base import Declared, Kind, Measurement, NotMeasurable, Tables, Whole
from evaluators.catalogue import CATALOGUE
from evaluators.probing import alter, choose, response
from evaluators.probing.rules import FALLS, STAYS, Seen, above, around, at_most, within
from evaluators.run import measure
from evaluators.tables import align

Draw = Callable[[int, int], pd.DataFrame]
PROBE = CATALOGUE["probe.response"]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def answers(tables: Tables, seed: int = 7) -> dict[str, Measurement]:
    return {one.scope[0]: one for one in measure(tables, PROBE, seed=seed)}


def metrics(found: Measurement) -> list[dict[str, Any]]:
    return found.parameters["metrics"]  # type: ignore[return-value]


@pytest.fixture(scope="module")
def answered(independent: Tables) -> dict[str, Measurement]:
    return answers(independent)


def test_the_catalogue_names_every_probe() -> None:
    assert [place for (place,) in PROBE.places] == list(response.PROBES)


@pytest.mark.parametrize("probe", list(response.PROBES))
def test_every_probe_is_answered_where_an_ideal_generator_is_judged(
    probe: str, answered: dict[str, Measurement]
) -> None:
    found = answered[probe]

    assert found.value == 1.0, found.cause or found.parameters
    assert found.interval == "exact"
    assert all(one["moved"] for one in metrics(found))


def test_the_answers_show_what_was_measured_before_and_after(
    answered: dict[str, Measurement], independent: Tables
) -> None:
    (copied, *_) = metrics(answered["copy"])

    assert copied["metric"] == "privacy.exact_match.excess"
    assert copied["before"][0] == 0
    assert copied["after"][0] == 1
    assert copied["rule"] == "lower bound after above 0"


def test_the_same_seed_gives_the_same_answers(
    answered: dict[str, Measurement], independent: Tables
) -> None:
    again = answers(replace(independent))

    first, second = (
        json.dumps([one.facts() for one in found.values()]) for found in (answered, again)
    )
    assert first == second


@pytest.fixture(scope="module")
def twins() -> Tables:
    """Six kinds of rows, each there a hundred times over in every table."""
    frame = pd.DataFrame({"a": ["x", "y"] * 300, "b": ["u", "v", "w"] * 200})
    return align(frame, frame.copy(), frame.copy(), None)


def test_a_copy_of_a_table_full_of_natural_twins_moves_nothing(twins: Tables) -> None:
    found = answers(twins)["copy"]

    assert found.value == 0.0
    assert not any(one["moved"] for one in metrics(found))


def test_several_rows_of_one_person_are_noticed_until_the_person_is_declared(draw: Draw) -> None:
    frames = [draw(200, seed) for seed in (1, 2, 3)]
    repeated = [frame.loc[frame.index.repeat(3)].reset_index(drop=True) for frame in frames]
    tables = align(*repeated, None)

    unaware = answers(tables)["independent"]
    aware = answers(replace(tables, declared=Declared(key=("debt",))))["independent"]

    assert unaware.value is not None
    assert unaware.value < 1
    assert aware.value == 1


def test_without_a_target_there_are_no_labels_to_shuffle(twins: Tables) -> None:
    found = answers(twins)

    assert "no target column was named" in (found["labels"].cause or "")
    assert found["shift"].cause == "no continuous column has an interquartile range above zero"


def test_a_target_that_nothing_predicts_is_no_probe_of_the_models(draw: Draw) -> None:
    tables = align(draw(200, 1), draw(200, 2), draw(200, 3), "tall")

    found = answers(tables)["labels"]

    assert found.status == "not-measurable"
    assert "does not clearly beat chance" in (found.cause or "")


def test_shuffled_numbers_are_not_predicted_either(independent: Tables) -> None:
    found = answers(replace(independent, target="pay"))["labels"]

    (answer,) = metrics(found)
    assert found.value == 1
    assert answer["rule"] == "at most 0.05 after"
    assert answer["before"][0] > 0.5


def test_a_model_that_scores_on_shuffled_labels_is_found_out(
    independent: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    lucky = response.score(independent, response.MODEL, "real")
    monkeypatch.setattr(response, "score", lambda *_: lucky)

    found = answers(independent)["labels"]

    assert found.value == 0
    assert [one["moved"] for one in metrics(found)] == [False]


def test_a_probe_that_crashes_takes_no_other_with_it(
    independent: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> Tables:
        raise OverflowError("a cell of the real table")

    monkeypatch.setattr(alter, "shifted", crash)

    found = answers(independent)

    assert found["shift"].cause == "the evaluator failed with OverflowError"
    assert found["shift"].failed
    assert found["missing"].value == 1


def test_a_metric_that_is_not_measurable_has_not_moved_and_says_why(independent: Tables) -> None:
    few = replace(independent, holdout=independent.holdout.head(120))

    found = answers(few)["independent"]

    unmeasured = [one for one in metrics(found) if "cause" in one]
    assert unmeasured
    assert not any(one["moved"] for one in unmeasured)
    assert found.value is not None
    assert found.value < 1


def test_a_copy_changes_the_synthetic_rows_alone(independent: Tables) -> None:
    altered = alter.copied(independent)

    pd.testing.assert_frame_equal(altered.synthetic, independent.real)
    assert altered.real is independent.real
    assert altered.holdout is independent.holdout


def test_both_halves_are_the_holdout_again(independent: Tables) -> None:
    altered = alter.independent(independent, rng())

    both = pd.concat([altered.synthetic, altered.holdout])
    names = list(both.columns)
    pd.testing.assert_frame_equal(
        both.sort_values(names, ignore_index=True),
        independent.holdout.sort_values(names, ignore_index=True),
    )
    assert len(altered.synthetic) == len(altered.holdout)


def test_rows_of_one_person_stay_on_one_side(independent: Tables) -> None:
    visits = independent.holdout.assign(age=np.arange(400) // 4)
    tables = replace(independent, holdout=visits, declared=Declared(key=("age",)))

    altered = alter.independent(tables, rng())

    assert not set(altered.synthetic["age"]) & set(altered.holdout["age"])
    assert len(altered.synthetic) == 200


def test_a_shifted_column_is_moved_by_the_real_interquartile_range(independent: Tables) -> None:
    altered = alter.shifted(independent, "pay")

    moved = (altered.synthetic["pay"] - independent.synthetic["pay"]).abs()
    low, high = independent.real["pay"].quantile([0.25, 0.75])
    assert moved.to_numpy() == pytest.approx(high - low)
    unchanged = [name for name in independent.columns if name != "pay"]
    pd.testing.assert_frame_equal(altered.synthetic[unchanged], independent.synthetic[unchanged])


def test_a_shift_leads_away_from_the_real_median(independent: Tables) -> None:
    lower = independent.synthetic.assign(pay=independent.synthetic["pay"] - 50)

    altered = alter.shifted(replace(independent, synthetic=lower), "pay")

    assert (altered.synthetic["pay"] < lower["pay"]).all()


def test_a_date_is_shifted_by_days(independent: Tables) -> None:
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(400), unit="D")
    frames = [frame.assign(tall=days) for frame in independent.each]
    tables = align(*frames, "ill")

    altered = alter.shifted(tables, "tall")

    assert tables.kinds["tall"] is Kind.DATETIME
    moved = altered.synthetic["tall"] - tables.synthetic["tall"]
    assert set(moved.abs()) == {pd.Timedelta(days=199.5)}


def test_a_shuffled_column_keeps_its_values_and_loses_its_rows(independent: Tables) -> None:
    altered = alter.shuffled(independent, "pay", rng())

    before, after = independent.synthetic["pay"], altered.synthetic["pay"]
    assert sorted(before) == sorted(after)
    assert abs(np.corrcoef(after, independent.synthetic["age"])[0, 1]) < 0.2


@pytest.mark.parametrize("column", ["age", "job", "pay"])
def test_three_values_in_ten_go_missing(column: str, independent: Tables) -> None:
    altered = alter.emptied(independent, column, rng())

    gone = altered.synthetic[column].isna()
    assert gone.sum() == 120
    kept = independent.synthetic[column][~gone]
    assert (altered.synthetic[column][~gone] == kept).all()
    assert independent.synthetic[column].notna().all()


def test_small_tables_are_probed_as_they_are(independent: Tables) -> None:
    assert alter.cut(independent, 400, rng()) is independent


def test_a_draw_lets_the_files_behind_it_go(independent: Tables, tmp_path: Any) -> None:
    whole = Whole(tmp_path, tmp_path, tmp_path, (9_000, 9_000, 9_000))

    cut = alter.cut(replace(independent, whole=whole), 100, rng())

    assert cut.rows == (100, 100, 100)
    assert cut.whole is None


codes = st.lists(st.integers(0, 3), min_size=30, max_size=60)


@given(codes, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_association_is_between_nothing_and_a_renaming_of_each_other(
    values: list[int], random: Any
) -> None:
    a = np.array(values)
    other = np.array(random.sample(values, len(values)))

    assert 0 <= choose.association(a, other) <= 1 + 1e-9
    assert choose.association(a, other) == pytest.approx(choose.association(other, a))
    if len(set(values)) > 1:
        assert choose.association(a, 10 - a) == pytest.approx(1, abs=1e-9)


def test_association_of_many_rare_labels_is_no_more_than_their_chance() -> None:
    draw = rng()
    found = [
        choose.association(draw.integers(0, 200, 400), draw.integers(0, 200, 400))
        for _ in range(20)
    ]

    assert np.mean(found) < 0.1


def test_the_pair_to_shuffle_is_one_that_both_tables_hold(draw: Draw) -> None:
    real, made = draw(400, 1), draw(400, 2)
    made["pay"] = made["pay"].to_numpy()[::-1]
    tables = align(real, draw(400, 3), made, None)

    assert choose.to_shuffle(tables) == ("age", "ill")


def test_a_column_that_misses_too_few_values_is_not_emptied(independent: Tables) -> None:
    real = independent.real.copy()
    real.loc[:200, [name for name in real if name != "tall"]] = np.nan
    tables = align(real, independent.holdout, independent.synthetic, None)

    assert choose.to_empty(tables, {}) == "tall"

    real.loc[:200, "tall"] = np.nan
    with pytest.raises(NotMeasurable, match="misses fewer"):
        choose.to_empty(align(real, independent.holdout, independent.synthetic, None), {})


def test_rules_read_the_bound_that_is_against_them() -> None:
    low, high = Seen(0.4, 0.3, 0.5), Seen(0.8, 0.7, 0.9)

    assert above(0.5).holds(low, high)
    assert not above(0.5).holds(high, low)
    assert not above(0.7).holds(low, high)
    assert FALLS.holds(high, low)
    assert not FALLS.holds(low, high)
    assert not FALLS.holds(low, low)
    assert STAYS.holds(low, low)
    assert not STAYS.holds(low, high)
    assert within(0.45, 0.55).holds(high, Seen(0.5, 0.1, 0.9))
    assert not within(0.45, 0.55).holds(high, low)
    assert not within(0.45, 0.55).holds(low, high)
    assert at_most(0.05).holds(high, Seen(-0.2, -0.3, -0.1))
    assert not at_most(0.05).holds(high, low)


@given(st.integers(1, 6))
def test_more_metrics_at_once_widen_each_interval(number: int) -> None:
    seen = Seen(0.0, -1.0, 1.0)
    edge = 2.5758 / 1.96 if number == 1 else 1.4

    assert around(0.99 * edge, number).holds(seen, seen)
    assert not around(2.0, number).holds(seen, seen)


def test_independent_samples_raise_a_false_alarm_about_once_in_a_hundred() -> None:
    draw = np.random.default_rng(1)
    rule = around(0.0, 4)

    values = draw.normal(size=(20_000, 4))
    alarms = [
        not all(rule.holds(Seen(0, 0, 0), Seen(v, v - 1.959964, v + 1.959964)) for v in row)
        for row in values
    ]

    assert 0.008 < np.mean(alarms) < 0.012

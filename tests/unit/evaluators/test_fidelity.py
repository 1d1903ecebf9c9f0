from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity
from sdmetrics.single_column import (
    CategoryCoverage,
    KSComplement,
    MissingValueSimilarity,
    TVComplement,
)

from evaluators.base import Declared, Kind, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.fidelity.complement import ks, tv
from evaluators.fidelity.modality import matched, modes, taut_string, tube
from evaluators.fidelity.mode import grid
from evaluators.run import measure
from evaluators.tables import align

NUMBERS = pd.Series(np.arange(20.0) + 0.5)
OWN = [name for name in CATALOGUE if name.startswith("fidelity.") and "detection" not in name]
COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=12).filter(any).map(np.array)


def pair(real: pd.DataFrame, synthetic: pd.DataFrame, declared: Declared | None = None) -> Tables:
    return align(real, real, synthetic, None, declared or Declared())


@given(st.data())
def test_both_complements_lie_between_0_and_1_and_ks_is_never_below_tv(data: Any) -> None:
    real = data.draw(COUNTS)
    other = data.draw(
        st.lists(st.integers(0, 50), min_size=len(real), max_size=len(real)).filter(any)
    )

    apart, near = tv(real, np.array(other)), ks(real, np.array(other))

    assert apart + 1e-12 >= 0
    assert apart <= near + 1e-12
    assert near <= 1


@given(COUNTS, st.integers(1, 9))
def test_equal_shares_score_1_whatever_the_number_of_rows(counts: Any, times: int) -> None:
    assert tv(counts, counts * times) == pytest.approx(1.0)
    assert ks(counts, counts * times) == pytest.approx(1.0)


@pytest.mark.parametrize("metric", OWN)
def test_identical_tables_score_1(one: Any, copied: Tables, metric: str) -> None:
    same = align(copied.real, copied.real, copied.synthetic, None, Declared(subgroups=("job",)))

    for found in measure(same, CATALOGUE[metric], seed=7):
        assert found.value == pytest.approx(1.0, abs=1e-12), found.cause
        assert found.parameters["ceiling"] == pytest.approx(1.0, abs=1e-12)
        assert found.interval == "exact"


@pytest.mark.parametrize("metric", OWN)
def test_every_score_and_ceiling_is_a_share(draw: Any, metric: str) -> None:
    tables = align(draw(500, 1), draw(500, 2), draw(450, 3), None, Declared(subgroups=("job",)))

    for found in measure(tables, CATALOGUE[metric], seed=7):
        assert 0 <= found.value <= 1, found.cause
        assert 0 <= found.parameters["ceiling"] <= 1


def test_shape_by_hand(one: Any) -> None:
    real = pd.DataFrame({"x": [0.5, 1.5, 2.5, 3.5], "c": ["a", "a", "b", "b"]})
    synthetic = pd.DataFrame({"x": [2.5, 3.5, 4.5, 5.5], "c": ["a", "b", "b", "c"]})
    tables = pair(real, synthetic)

    assert one(tables, "fidelity.shape", "x").value == pytest.approx(0.5)
    assert one(tables, "fidelity.shape", "c").value == pytest.approx(1 - (0.25 + 0 + 0.25) / 2)
    assert one(tables, "fidelity.shape", "c").parameters["ceiling"] == 1.0


@pytest.mark.parametrize("column", ["age", "pay", "job", "ill"])
def test_shape_is_that_of_sdmetrics_without_missing_values(
    one: Any, independent: Tables, column: str
) -> None:
    metric = KSComplement if independent.kinds[column].continuous else TVComplement
    expected = metric.compute(independent.real[column], independent.synthetic[column])
    ceiling = metric.compute(independent.real[column], independent.holdout[column])

    found = one(independent, "fidelity.shape", column)

    assert found.value == pytest.approx(expected, abs=1e-12)
    assert found.parameters["ceiling"] == pytest.approx(ceiling, abs=1e-12)
    assert (found.interval, found.low, found.high) == ("exact", found.value, found.value)


@pytest.mark.parametrize("column", ["pay", "job"])
def test_missing_values_lower_the_shape(one: Any, draw: Any, column: str) -> None:
    real, synthetic = draw(400, 1), draw(400, 1)
    synthetic.loc[:359, column] = None

    assert one(pair(real, synthetic), "fidelity.shape", column).value == pytest.approx(
        0.1, abs=0.02
    )


def test_trend_by_hand(one: Any) -> None:
    real = pd.DataFrame({"x": NUMBERS, "y": NUMBERS, "c": ["a", "b"] * 10, "d": ["a", "b"] * 10})
    synthetic = real.assign(y=-NUMBERS, d=["b", "a"] * 10)
    tables = pair(real, synthetic)

    assert one(tables, "fidelity.trend", "x", "y").value == pytest.approx(0.0)
    assert one(tables, "fidelity.trend", "c", "d").value == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("a", "b"), [("age", "pay"), ("age", "job"), ("job", "ill"), ("pay", "ill")]
)
def test_trend_is_that_of_sdmetrics_with_bins_of_the_real_table(
    one: Any, independent: Tables, a: str, b: str
) -> None:
    real, synthetic = independent.real[[a, b]], independent.synthetic[[a, b]]
    binned = [column for column in (a, b) if independent.kinds[column].continuous]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if len(binned) == 2:
            expected = CorrelationSimilarity.compute(real, synthetic)
        else:
            expected = ContingencySimilarity.compute(
                real.copy(), synthetic.copy(), continuous_column_names=binned
            )

    assert one(independent, "fidelity.trend", a, b).value == pytest.approx(expected, abs=1e-12)


def test_a_shift_of_a_number_lowers_its_trends(one: Any, independent: Tables) -> None:
    shifted = independent.synthetic.assign(pay=independent.synthetic["pay"] + 1e6)
    tables = align(independent.real, independent.holdout, shifted, None)

    before = one(independent, "fidelity.trend", "job", "pay").value
    assert one(tables, "fidelity.trend", "job", "pay").value < before - 0.5


def test_a_correlation_only_the_synthetic_table_has_is_seen(one: Any) -> None:
    rng = np.random.default_rng(5)
    real = pd.DataFrame({"x": rng.normal(size=300), "y": rng.normal(size=300)})

    found = one(pair(real, real.assign(y=real["x"])), "fidelity.trend", "x", "y")

    assert found.value < 0.6


def test_a_constant_number_has_no_correlation_and_the_cause_says_so(one: Any) -> None:
    real = pd.DataFrame({"x": NUMBERS, "y": NUMBERS, "c": ["a", "b"] * 10})
    tables = pair(real, real.assign(y=1.5))

    found = one(tables, "fidelity.trend", "x", "y")

    assert found.status == "not-measurable"
    assert "undefined in the synthetic table" in found.cause
    assert one(tables, "fidelity.trend", "x", "c").status == "measured"


def test_a_shift_by_a_million_lowers_the_shape_the_marginals_and_the_quality(
    one: Any, independent: Tables
) -> None:
    shifted = independent.synthetic.assign(pay=independent.synthetic["pay"] + 1e6)
    tables = align(independent.real, independent.holdout, shifted, None)

    assert one(tables, "fidelity.shape", "pay").value == pytest.approx(0.0, abs=1e-12)
    for metric in ("quality", "marginal.k1", "marginal.k2", "marginal.k3"):
        metric = f"fidelity.{metric}"
        assert one(tables, metric).value < one(independent, metric).value - 0.05


def test_a_shuffled_column_keeps_its_shape_and_loses_its_trends(one: Any, draw: Any) -> None:
    real, rng = draw(400, 1), np.random.default_rng(3)
    tables = pair(real, real.assign(age=rng.permutation(real["age"])))

    assert one(tables, "fidelity.marginal.k1").value == 1.0
    assert one(tables, "fidelity.marginal.k2").value < 0.95
    assert one(tables, "fidelity.trend", "age", "pay").value < 0.75


@pytest.mark.parametrize("column", ["pay", "job"])
def test_nine_tenths_missing_lower_the_shape_and_the_missingness(
    one: Any, draw: Any, column: str
) -> None:
    real, synthetic = draw(400, 1), draw(400, 1)
    synthetic.loc[:359, column] = None
    tables = pair(real, synthetic)

    assert one(tables, "fidelity.shape", column).value < 0.2
    assert one(tables, "fidelity.missingness", column).value == pytest.approx(0.1)
    assert one(tables, "fidelity.missingness", "age").value == 1.0
    assert one(tables, "fidelity.quality").value < 0.9


def test_missingness_is_that_of_sdmetrics(one: Any, draw: Any) -> None:
    real, synthetic = draw(300, 1), draw(200, 2)
    real.loc[:40, "job"] = None
    synthetic.loc[:70, "job"] = None

    expected = MissingValueSimilarity.compute(real["job"], synthetic["job"])

    assert one(pair(real, synthetic), "fidelity.missingness", "job").value == pytest.approx(
        expected
    )


def test_values_that_went_missing_together_and_no_longer_do_are_seen(one: Any, draw: Any) -> None:
    real, synthetic = draw(400, 1), draw(400, 1)
    real.loc[:199, ["pay", "tall"]] = None
    synthetic.loc[:199, "pay"] = None
    synthetic.loc[200:, "tall"] = None

    found = one(pair(real, synthetic), "fidelity.missingness", "pay")

    assert found.value == 1.0
    assert found.parameters["joint"] == 0.0
    assert found.parameters["joint_with"] == "tall"
    assert found.parameters["joint_ceiling"] == 1.0


def test_the_missing_values_of_an_ordinal_column_are_its_last_value(one: Any) -> None:
    levels = {"grade": ("low", "mid", "high")}
    real = pd.DataFrame({"grade": ["low", "mid", "mid", "high"], "x": NUMBERS[:4]})
    synthetic = real.assign(grade=["low", "low", "mid", None])

    found = one(pair(real, synthetic, Declared(levels=levels)), "fidelity.shape", "grade")

    assert found.parameters["metric"] == "KSComplement"
    assert found.value == pytest.approx(0.75)


def test_coverage_counts_categories_of_enough_people_only(one: Any) -> None:
    real = pd.DataFrame({"c": ["a"] * 60 + ["b"] * 30 + ["d"] * 10 + ["e"] * 3, "x": 0.5})
    synthetic = real[real["c"].isin(["a", "b"])].reset_index(drop=True)
    synthetic = pd.concat([synthetic, synthetic], ignore_index=True)

    found = one(align(real, real, synthetic, None), "fidelity.coverage", "c")

    assert found.value == pytest.approx(2 / 3)
    assert found.parameters["cells"] == 3
    assert found.parameters["rows"] == pytest.approx(0.9)
    assert found.parameters["all"] == CategoryCoverage.compute(real["c"], synthetic["c"])


def test_coverage_falls_where_the_tails_are_cut_and_extremes_do_not_hide_it(
    one: Any, draw: Any
) -> None:
    real, cut = draw(2000, 1), draw(2000, 2)
    low, high = real["tall"].quantile([0.1, 0.9])
    cut["tall"] = cut["tall"].clip(low, high)
    cut.loc[0, "tall"], cut.loc[1, "tall"] = real["tall"].min(), real["tall"].max()

    found = one(align(real, draw(2000, 3), cut, None), "fidelity.coverage", "tall")

    assert found.value == pytest.approx(0.8, abs=0.03)
    assert found.parameters["ceiling"] == 1.0


def humps(rows: int, seed: int, apart: float = 2.0) -> pd.Series[Any]:
    rng = np.random.default_rng(seed)
    return pd.Series(np.where(rng.random(rows) < 0.5, -apart, apart) + rng.normal(size=rows))


def test_a_bell_in_place_of_two_humps_loses_a_mode_and_another_sample_loses_none(one: Any) -> None:
    real, holdout, other = (pd.DataFrame({"x": humps(4000, s), "y": NUMBERS[0]}) for s in (1, 2, 3))
    bell = other.assign(x=np.random.default_rng(4).normal(real["x"].mean(), real["x"].std(), 4000))

    kept = one(align(real, holdout, other, None), "fidelity.mode", "x")
    lost = one(align(real, holdout, bell, None), "fidelity.mode", "x")

    assert kept.value == kept.parameters["ceiling"] == 1.0
    assert (kept.parameters["real_modes"], lost.parameters["synthetic_modes"]) == (2, 1)
    assert lost.value < 0.7


def test_humps_that_moved_or_were_added_are_seen(one: Any) -> None:
    real = pd.DataFrame({"x": humps(4000, 1), "y": 0.5})
    three = real.assign(x=np.where(np.arange(4000) % 3, humps(4000, 2), humps(4000, 3, 0.0) + 9))

    assert one(pair(real, real.assign(x=real["x"] + 50)), "fidelity.mode", "x").value == 0.0
    assert one(pair(real, three), "fidelity.mode", "x").value == pytest.approx(0.8)


def test_missing_values_are_no_mode_and_a_column_of_them_keeps_none(one: Any) -> None:
    real = pd.DataFrame({"x": humps(1000, 1, 4.0), "y": humps(1000, 2)})
    tables = pair(real, real.assign(x=np.nan))

    assert one(tables, "fidelity.mode", "x").value == 0.0


def test_a_constant_column_has_no_modes_to_compare(one: Any) -> None:
    real = pd.DataFrame({"x": [1.5] * 500, "y": humps(500, 2)})

    assert "constant" in one(pair(real, real), "fidelity.mode", "x").cause


@pytest.mark.parametrize(
    "shape", ["normal", "exponential", "uniform", "poisson", "standard_cauchy"]
)
def test_whatever_has_one_mode_is_found_to_have_one(one: Any, shape: str) -> None:
    rng = np.random.default_rng(8)
    real = pd.DataFrame({"x": getattr(rng, shape)(size=3000) + 0.25, "y": 0.5})

    assert one(pair(real, real), "fidelity.mode", "x").parameters["real_modes"] == 1


@given(COUNTS, st.floats(0.0, 0.5))
def test_the_taut_string_stays_within_the_tube(counts: Any, width: float) -> None:
    edges = np.arange(len(counts) + 1.0)
    shares = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])

    height = 0.0
    for start, end, slope in taut_string(edges, shares, width):
        line = height + slope * (edges[start : end + 1] - edges[start])
        assert np.all(np.abs(line - shares[start : end + 1]) <= width + 1e-9)
        height = float(line[-1])

    assert height == pytest.approx(1.0)


@given(COUNTS, st.floats(0.0, 0.4), st.floats(0.0, 0.2))
def test_a_wider_tube_never_forces_more_modes(counts: Any, width: float, more: float) -> None:
    edges = np.arange(len(counts) + 1.0)

    assert len(modes(edges, counts, width + more)) <= len(modes(edges, counts, width))
    assert len(modes(edges, counts, width)) >= 1


def test_without_a_tube_every_peak_is_a_mode() -> None:
    edges = np.arange(7.0)

    assert modes(edges, np.array([1.0, 5, 1, 1, 7, 1]), 0.0) == [(1, 2), (4, 5)]


def test_modes_match_where_they_overlap_and_each_only_once() -> None:
    assert matched([(0, 2), (4, 6)], [(1, 5)]) == 1
    assert matched([(0, 2), (4, 6)], [(1, 3), (5, 7)]) == 2
    assert matched([(0, 2)], [(2, 3)]) == 0
    assert tube(10_000) == pytest.approx(0.0136, abs=1e-4)


@given(st.sets(st.integers(-1000, 1000), min_size=2, max_size=40), st.sampled_from([0.1, 1.0, 7.0]))
def test_the_grid_holds_values_of_one_grain_between_its_edges(values: Any, unit: float) -> None:
    ordered = np.array(sorted(values | {0, 1})) * unit

    edges = grid(ordered, np.ones(len(ordered), dtype=np.int64))

    assert edges[0] < ordered[0]
    assert edges[-1] > ordered[-1]
    assert not np.isin(ordered, edges).any()


def test_marginals_need_as_many_columns_as_they_have_ways(one: Any) -> None:
    real = pd.DataFrame({"x": NUMBERS, "c": ["a", "b"] * 10})

    assert one(pair(real, real), "fidelity.marginal.k2").value == 1.0
    assert "3 are needed" in one(pair(real, real), "fidelity.marginal.k3").cause


def test_quality_is_the_mean_of_three_means(one: Any, independent: Tables) -> None:
    means = []
    for metric in ("shape", "trend", "missingness"):
        each = measure(independent, CATALOGUE[f"fidelity.{metric}"], seed=7)
        means.append(np.mean([found.value for found in each]))

    found = one(independent, "fidelity.quality")

    assert found.value == pytest.approx(np.mean(means))
    assert found.parameters["trend"] == pytest.approx(means[1])


def test_a_generator_that_makes_a_number_constant_is_scored_for_it(one: Any, draw: Any) -> None:
    real, synthetic = draw(400, 1), draw(400, 2)
    before = one(pair(real, synthetic), "fidelity.quality")

    found = one(pair(real, synthetic.assign(pay=synthetic["pay"].median())), "fidelity.quality")

    assert found.status == "measured"
    assert found.parameters["trend"] < before.parameters["trend"] - 0.1


def test_one_measured_column_has_no_overall_quality(one: Any, draw: Any) -> None:
    real = draw(100, 1)[["age", "job"]]
    tables = pair(real, real, Declared(kinds={"job": Kind.TEXT}))

    assert one(tables, "fidelity.quality").status == "not-measurable"


GROUPS = Declared(subgroups=("job",))


def test_a_group_that_is_spoilt_is_the_worst_and_is_named(one: Any, draw: Any) -> None:
    real, synthetic = draw(600, 1), draw(600, 2)
    spoilt = synthetic["job"] == "nurse"
    synthetic.loc[spoilt, "tall"] += 100

    found = one(pair(real, synthetic, GROUPS), "fidelity.subgroup", "job")

    assert found.parameters["worst"] == "nurse"
    assert found.parameters["groups"] == 3
    assert found.value < found.parameters["worst_ceiling"] - 0.1


def test_a_group_left_out_scores_0_and_one_almost_left_out_is_no_excuse(
    one: Any, draw: Any
) -> None:
    real, synthetic = draw(600, 1), draw(600, 2)
    nurses = synthetic.index[synthetic["job"] == "nurse"]

    gone = one(pair(real, synthetic.drop(nurses), GROUPS), "fidelity.subgroup", "job")
    few = one(pair(real, synthetic.drop(nurses[1:]), GROUPS), "fidelity.subgroup", "job")

    assert gone.value == 0.0
    assert gone.parameters["worst"] == few.parameters["worst"] == "nurse"
    assert few.value < 0.7


def test_a_small_group_is_neither_judged_nor_named(one: Any, draw: Any) -> None:
    real = draw(600, 1)
    real.loc[:8, "job"] = "astronaut"

    found = one(pair(real, draw(600, 2), GROUPS), "fidelity.subgroup", "job")

    assert found.parameters["too_small"] == 1
    assert found.parameters["worst"] != "astronaut"
    assert "astronaut" not in str(found.facts())


def test_a_group_of_an_ordinal_column_is_named_by_its_level(one: Any, draw: Any) -> None:
    real = draw(600, 1)
    declared = Declared(subgroups=("job",), levels={"job": ("cook", "clerk", "nurse")})
    tables = pair(real, real[real["job"] != "clerk"], declared)

    assert one(tables, "fidelity.subgroup", "job").parameters["worst"] == "clerk"


def test_where_every_group_is_small_none_is_judged(one: Any, draw: Any) -> None:
    declared = Declared(subgroups=("job",), minimum_cell=500)

    found = one(pair(draw(600, 1), draw(600, 2), declared), "fidelity.subgroup", "job")

    assert found.cause == "no group of 'job' holds 500 real rows"


def test_one_column_sdmetrics_cannot_score_makes_its_scores_not_measurable(
    one: Any, draw: Any
) -> None:
    real = draw(100, 1)
    tables = pair(real, draw(100, 2).assign(pay=np.nan))

    for metric in ("quality", "column_shapes", "column_pair_trends"):
        found = one(tables, f"sdmetrics.{metric}")
        assert found.status == "not-measurable"
        assert "pay" in found.cause


def test_a_constant_column_makes_the_pair_trends_of_sdmetrics_not_measurable(
    one: Any, draw: Any
) -> None:
    tables = pair(draw(100, 1).assign(job="cook"), draw(100, 2).assign(job="cook"))

    found = one(tables, "sdmetrics.column_pair_trends")

    assert found.status == "not-measurable"
    assert "age x job" in found.cause
    assert one(tables, "sdmetrics.column_shapes").status == "measured"


def test_no_associated_pair_means_no_pair_trends(one: Any) -> None:
    rng = np.random.default_rng(5)
    real = pd.DataFrame({"x": rng.normal(size=300), "y": rng.normal(size=300)})

    found = one(pair(real, real), "sdmetrics.column_pair_trends")

    assert found.status == "not-measurable"
    assert "no pair" in found.cause


def test_values_outside_the_real_range_lower_the_diagnostic(one: Any, independent: Tables) -> None:
    far = independent.synthetic.assign(pay=1e9)
    tables = align(independent.real, independent.holdout, far, None)

    found = one(tables, "sdmetrics.diagnostic")

    assert found.parameters["data_structure"] == 1.0
    assert found.parameters["data_validity"] == pytest.approx(5 / 6, abs=0.01)
    assert found.value == pytest.approx(11 / 12, abs=0.01)

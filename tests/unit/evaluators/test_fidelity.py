from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity
from sdmetrics.single_column import KSComplement, TVComplement

from evaluators.base import Tables
from evaluators.tables import align

NUMBERS = pd.Series(np.arange(20.0) + 0.5)


def pair(real: pd.DataFrame, synthetic: pd.DataFrame) -> Tables:
    return align(real, real, synthetic, None)


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

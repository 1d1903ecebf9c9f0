"""A difference counts only beyond what chance explains, and a change of rules is no difference."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.reports.facts import MeasurementFacts
from registry.reports.noise import difference
from tests.unit.reports.example import measurement

shares = st.floats(0, 1, allow_nan=False)


def sampled(value: float, half: float, direction: str = "higher") -> MeasurementFacts:
    return measurement(
        "utility.tstr.score",
        "TSTR",
        value,
        (value - half, value + half),
        interval="bootstrap-95",
        direction=direction,
    )


def exact(value: float, ceiling: float | None = 0.98) -> MeasurementFacts:
    return measurement("fidelity.shape", "Shape", value, parameters={"ceiling": ceiling})


def test_the_interval_of_a_difference_is_that_of_square_and_add() -> None:
    found = difference(sampled(0.80, 0.03), sampled(0.70, 0.04))

    assert found.change == pytest.approx(-0.10)
    assert (found.low, found.high) == (pytest.approx(-0.15), pytest.approx(-0.05))
    assert found.verdict == "worse"


def test_intervals_that_overlap_a_little_may_still_differ() -> None:
    assert difference(sampled(0.80, 0.03), sampled(0.75, 0.03)).verdict == "worse"
    assert difference(sampled(0.80, 0.03), sampled(0.76, 0.03)).verdict == "within noise"


def test_less_is_better_where_the_metric_says_so() -> None:
    first, second = sampled(0.5, 0.01, "lower"), sampled(0.3, 0.01, "lower")

    assert difference(first, second).verdict == "better"
    assert difference(second, first).verdict == "worse"


def test_an_exact_change_counts_beyond_what_two_real_tables_differ() -> None:
    assert difference(exact(0.95), exact(0.90)).verdict == "worse"
    assert difference(exact(0.95), exact(0.94)).verdict == "within noise"


def test_without_a_ceiling_an_exact_change_cannot_be_told_from_chance() -> None:
    assert difference(exact(0.9, None), exact(0.5)).verdict == "cannot be told"
    assert difference(exact(0.9, None), exact(0.9, None)).verdict == "within noise"


@pytest.mark.parametrize(
    "changes",
    [{"definition": 2}, {"unit": "AUC"}, {"direction": "lower"}, {"value": None}, {"low": None}],
)
def test_what_was_not_measured_alike_is_not_compared(changes: dict[str, object]) -> None:
    first = sampled(0.8, 0.01)

    assert difference(first, replace(first, **changes)).verdict == "cannot be told"  # type: ignore[arg-type]


@given(shares, shares, shares, shares)
def test_exchanging_the_versions_mirrors_the_difference(
    a: float, b: float, half: float, other: float
) -> None:
    one, back = (
        difference(*pair)
        for pair in (
            (sampled(a, half), sampled(b, other)),
            (sampled(b, other), sampled(a, half)),
        )
    )
    mirrored = {"better": "worse", "worse": "better"}
    assert back.verdict == mirrored.get(one.verdict, one.verdict)
    assert back.change == pytest.approx(-(one.change or 0.0))
    assert (back.low, back.high) == (
        pytest.approx(-(one.high or 0.0)),
        pytest.approx(-(one.low or 0.0)),
    )


@given(shares, shares)
def test_a_measurement_does_not_differ_from_itself(value: float, half: float) -> None:
    assert difference(sampled(value, half), sampled(value, half)).verdict == "within noise"

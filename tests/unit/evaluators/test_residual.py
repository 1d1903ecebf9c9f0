from __future__ import annotations

import warnings
from itertools import product

import numpy as np
import pytest
from anonymeter.stats.confidence import EvaluationResults
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import confint_proportions_2indep

from evaluators.residual import ratio, residual_risk

COUNTS = st.integers(1, 3000).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.integers(0, n), st.just(n))
)


def anonymeter(attack: float, control: float, n: int) -> EvaluationResults:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return EvaluationResults(n, attack, 0, control, confidence_level=0.95)


def test_the_residual_risk_of_anonymeter_in_closed_form() -> None:
    found = residual_risk(16, 9.229904771462817, 500)

    assert found.value == pytest.approx(0.013741062122476706, abs=1e-15)
    assert found.anonymeter == pytest.approx((0.0, 0.034101211562263624), abs=1e-15)


@given(COUNTS)
def test_the_residual_risk_is_the_one_anonymeter_reports(counts: tuple[int, int, int]) -> None:
    ours, theirs = residual_risk(*counts), anonymeter(*counts).risk()

    assert ours.value == pytest.approx(theirs.value, abs=1e-12)
    assert ours.anonymeter == pytest.approx(theirs.ci, abs=1e-12)


@given(COUNTS)
def test_a_risk_lies_between_its_bounds_and_none_claims_that_there_is_no_risk(
    counts: tuple[int, int, int],
) -> None:
    found = residual_risk(*counts)

    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high > 0


def test_an_attack_worse_than_its_control_has_the_upper_bound_of_equal_rates() -> None:
    worse, equal = residual_risk(10, 40, 200), residual_risk(40, 40, 200)

    assert anonymeter(10, 40, 200).risk().ci[1] == 0.0
    assert worse.high == equal.high > 0.09


def test_a_control_that_always_succeeds_leaves_every_risk_possible() -> None:
    found = residual_risk(100, 100, 100)

    assert (found.low, found.high) == (0.0, 1.0)


def test_the_interval_of_a_ratio_as_published() -> None:
    # Koopman (1984), the example: 36 of 40 against 16 of 80.
    assert ratio(36, 40, 16, 80) == pytest.approx((2.94, 7.15), abs=0.005)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 49), st.integers(1, 69))
def test_the_interval_of_a_ratio_is_the_score_interval_of_statsmodels(
    first: int, second: int
) -> None:
    theirs = confint_proportions_2indep(
        first, 50, second, 70, compare="ratio", method="score", correction=False
    )

    assert ratio(first, 50, second, 70) == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("n", [200, 500])
@pytest.mark.parametrize(("attack", "control"), list(product((0.05, 0.3, 0.6), (0.03, 0.3, 0.6))))
def test_the_interval_of_the_risk_before_it_is_cut_keeps_its_coverage(
    attack: float, control: float, n: int
) -> None:
    """Summed over a grid of likely outcomes, so the only error is what the grid leaves out."""
    truth = (1 - attack) / (1 - control)
    coverage = 0.0
    for tried, weight in likely(attack, n):
        for known, other in likely(control, n):
            low, high = ratio(n - tried, n, n - known, n)
            coverage += weight * other * (low <= truth <= high)

    assert 0.93 <= coverage <= 0.97


def likely(rate: float, n: int) -> list[tuple[int, float]]:
    spread = 3.5 * np.sqrt(n * rate * (1 - rate))
    counts = range(max(0, int(n * rate - spread)), min(n, int(n * rate + spread)) + 1)
    return [(count, float(binom.pmf(count, n, rate))) for count in counts]

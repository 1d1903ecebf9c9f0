from __future__ import annotations

from math import inf, isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score, roc_curve

from evaluators.intervals import newcombe, wilson, wilson_share
from evaluators.roc import auc, delong, tpr_at_fpr

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SCORES = st.lists(st.integers(0, 12), min_size=2, max_size=25).map(
    lambda scores: np.array(scores, dtype=np.float64)
)
RATES = st.floats(0.001, 0.999)


@given(COUNTS)
def test_wilson_is_that_of_scipy(counts: tuple[int, int]) -> None:
    theirs = binomtest(*counts).proportion_ci(method="wilson")

    assert wilson(*counts) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_a_share_known_for_sure_has_no_width_and_one_known_better_a_smaller(
    share: float, n: int
) -> None:
    low, high = wilson_share(share, n)
    closer_low, closer_high = wilson_share(share, 4 * n)

    assert wilson_share(share, inf) == pytest.approx((share, share))
    assert wilson_share(share, n, z=0.0) == pytest.approx((share, share))
    assert low <= closer_low + 1e-12
    assert closer_high <= high + 1e-12
    assert low - 1e-12 <= share <= high + 1e-12


@given(COUNTS, COUNTS)
def test_swapping_two_shares_turns_the_newcombe_interval_round(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    low, high = newcombe(*one, *other)

    assert newcombe(*other, *one) == pytest.approx((-high, -low))
    assert low - 1e-12 <= one[0] / one[1] - other[0] / other[1] <= high + 1e-12


@given(SCORES, SCORES)
def test_the_area_is_that_of_scikit_learn(positives: np.ndarray, negatives: np.ndarray) -> None:
    truth = np.repeat([1, 0], [len(positives), len(negatives)])

    area, low, high = auc(positives, negatives)

    scores = np.concatenate([positives, negatives])
    assert area == pytest.approx(roc_auc_score(truth, scores))
    assert low - 1e-12 <= area <= high + 1e-12
    assert low >= 0
    assert high <= 1


@given(SCORES, SCORES)
def test_the_variance_of_the_area_is_delongs_over_all_pairs(
    positives: np.ndarray, negatives: np.ndarray
) -> None:
    wins = np.sign(positives[:, None] - negatives[None, :]) / 2 + 0.5
    rows, columns = wins.mean(axis=1), wins.mean(axis=0)

    area, variance = delong(positives, negatives)

    assert area == pytest.approx(wins.mean())
    assert variance == pytest.approx(
        rows.var(ddof=1) / len(rows) + columns.var(ddof=1) / len(columns), abs=1e-12
    )


def test_samples_that_are_apart_leave_room_for_one_misplaced_row() -> None:
    area, low, high = auc(np.ones(50), np.zeros(80))

    assert (area, high) == (1.0, 1.0)
    assert low == pytest.approx(wilson(50, 50)[0])


def test_equal_scores_have_area_one_half_and_an_interval_round_it() -> None:
    area, low, high = auc(np.zeros(50), np.zeros(50))

    assert area == 0.5
    assert low < 0.45
    assert high > 0.55


@given(SCORES, SCORES, RATES)
def test_the_rate_lies_on_the_curve_of_scikit_learn(
    positives: np.ndarray, negatives: np.ndarray, fpr: float
) -> None:
    truth = np.repeat([1, 0], [len(positives), len(negatives)])
    scores = np.concatenate([positives, negatives])
    false, true, _ = roc_curve(truth, scores, drop_intermediate=False)
    # Where negatives give out, the curve climbs: its last point at a rate is the one that counts.
    last = np.append(np.diff(false) > 0, True)

    value, low, high = tpr_at_fpr(positives, negatives, fpr)

    if not any(isclose(fpr, rate, abs_tol=1e-9) for rate in false):
        at = np.searchsorted(false[last], fpr) - 1
        start, stop = np.flatnonzero(last)[at], np.flatnonzero(last)[at] + 1
        chance = (fpr - false[start]) / (false[stop] - false[start])
        assert value == pytest.approx(true[start] + chance * (true[stop] - true[start]))
    assert 0 <= low <= value <= high <= 1


def test_of_tied_rows_as_many_are_flagged_by_chance_as_the_rate_allows() -> None:
    positives = np.array([9.0] * 8 + [0.0] * 2)  # 8 of 10 share the highest score
    negatives = np.array([9.0] * 20 + [0.0] * 80)  # with 20 of 100

    assert tpr_at_fpr(positives, negatives, 0.05)[0] == pytest.approx(0.8 * 0.05 / 0.2)
    assert tpr_at_fpr(positives, negatives, 0.2)[0] == pytest.approx(0.8)
    assert tpr_at_fpr(positives, negatives, 0.6)[0] == pytest.approx(0.8 + 0.2 * 0.4 / 0.8)


def test_positives_above_all_negatives_are_flagged_at_no_cost() -> None:
    value, low, high = tpr_at_fpr(np.ones(100), np.zeros(2000), 0.01)

    assert (value, high) == (1.0, 1.0)
    assert low == pytest.approx(wilson(100, 100)[0])


@settings(max_examples=30)
@given(SCORES, SCORES, RATES, st.floats(0.1, 3.0))
def test_only_the_order_of_scores_counts(
    positives: np.ndarray, negatives: np.ndarray, fpr: float, power: float
) -> None:
    grown = [np.exp(power * scores / 4) for scores in (positives, negatives)]

    assert auc(*grown) == auc(positives, negatives)
    assert tpr_at_fpr(*grown, fpr) == tpr_at_fpr(positives, negatives, fpr)

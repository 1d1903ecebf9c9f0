"""Scores and their intervals, against scikit-learn and by simulated coverage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import f1_score, r2_score, roc_auc_score

from evaluators.utility.fairness import of_means, of_rates
from evaluators.utility.importance import correlation
from evaluators.utility.scores import Score, area, difference, half_width, macro_f1, r2, ratio

SAMPLES = 2_000  # coverage of 95% is then known to a point, twice the standard error


def covered(draw: Callable[[np.random.Generator], tuple[float, float]], truth: float) -> float:
    """The share of seeded samples whose bounds hold the truth."""
    rng = np.random.default_rng(17)
    bounds = [draw(rng) for _ in range(SAMPLES)]
    return float(np.mean([low <= truth <= high for low, high in bounds]))


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=6, max_size=30).filter(
        lambda rows: min(sum(t for t, _ in rows), sum(not t for t, _ in rows)) > 2
    )
)
def test_the_area_and_the_area_without_each_row_are_those_of_scikit_learn(
    rows: list[tuple[bool, int]],
) -> None:
    truth, scores = (np.array(column).astype(int) for column in zip(*rows, strict=True))

    found = area(truth, np.column_stack([-scores, scores]).astype(float))

    others = [np.delete(np.arange(len(truth)), i) for i in range(len(truth))]
    assert found.value == pytest.approx(roc_auc_score(truth, scores))
    assert found.without == pytest.approx([roc_auc_score(truth[o], scores[o]) for o in others])


def test_the_macro_area_and_r2_and_those_without_each_row_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    classes, chances = rng.integers(0, 3, 60), rng.dirichlet([1, 1, 1], 60)
    truth, guess = rng.normal(size=60), rng.normal(size=60)
    others = [np.delete(np.arange(60), i) for i in range(60)]

    macro, square = area(classes, chances), r2(truth, guess[:, None])

    def auc(rows: Any) -> float:
        return float(roc_auc_score(classes[rows], chances[rows], multi_class="ovr"))

    assert macro.value == pytest.approx(auc(np.arange(60)))
    assert macro.without == pytest.approx([auc(rows) for rows in others])
    assert square.value == pytest.approx(r2_score(truth, guess))
    assert square.without == pytest.approx([r2_score(truth[o], guess[o]) for o in others])


def test_macro_f1_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    truth, chances = rng.integers(0, 4, 80), rng.dirichlet([1, 1, 1, 1], 80)

    expected = f1_score(truth, chances.argmax(axis=1), average="macro")

    assert macro_f1(truth, chances) == pytest.approx(expected)


def test_a_perfect_prediction_is_bounded_by_what_so_few_rows_can_show() -> None:
    truth = np.repeat([0, 1], [200, 30])

    found = area(truth, np.column_stack([1 - truth, truth]).astype(float))

    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.85 < found.low < 0.95


def test_a_constant_prediction_has_an_area_of_one_half_for_sure() -> None:
    found = area(np.repeat([0, 1], 50), np.full((100, 2), 0.5))

    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)


@settings(max_examples=25)
@given(st.integers(0, 1000), st.floats(0.1, 3.0))
def test_bounds_enclose_the_value_and_stay_in_range(seed: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    truth = np.repeat([0, 1], 40)
    scores = rng.normal(size=80) + shift * truth

    area_ = area(truth, np.column_stack([-scores, scores]))
    square = r2(scores, rng.normal(size=(80, 1)))

    assert 0 <= area_.low <= area_.value <= area_.high <= 1
    assert square.low < square.value < square.high <= 1


@pytest.mark.parametrize("truth", [0.6, 0.75, 0.9])
@pytest.mark.parametrize("rows", [100, 1000])
def test_the_interval_of_an_area_covers_it_in_95_of_100_samples(truth: float, rows: int) -> None:
    positive = np.repeat([0, 1], rows // 2)
    apart = float(norm.ppf(truth)) * np.sqrt(2)

    def draw(rng: np.random.Generator) -> tuple[float, float]:
        scores = rng.normal(size=rows) + apart * positive
        found = area(positive, np.column_stack([-scores, scores]))
        return found.low, found.high

    assert 0.93 <= covered(draw, truth) <= 0.97


@pytest.mark.parametrize("truth", [0.97, 0.99])
@pytest.mark.parametrize("positives", [10, 50])
def test_the_interval_of_an_area_near_one_covers_too_much_rather_than_too_little(
    truth: float, positives: int
) -> None:
    positive = np.repeat([0, 1], [100 - positives, positives])
    apart = float(norm.ppf(truth)) * np.sqrt(2)

    def draw(rng: np.random.Generator) -> tuple[float, float]:
        scores = rng.normal(size=100) + apart * positive
        found = area(positive, np.column_stack([-scores, scores]))
        return found.low, found.high

    assert covered(draw, truth) >= 0.93


def regression(rng: np.random.Generator, rows: int, share: float) -> tuple[Any, Any, Any]:
    """A target, a prediction that explains ``share`` of its variance, and a noisier one."""
    signal = rng.normal(size=rows) * np.sqrt(share)
    noisier = signal + rng.normal(size=rows) * 0.3 * np.sqrt(share)
    truth = signal + rng.normal(size=rows) * np.sqrt(1 - share)
    return truth, signal[:, None], noisier[:, None]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.8])
@pytest.mark.parametrize("rows", [100, 400])
def test_the_interval_of_r2_covers_it_in_95_of_100_samples(share: float, rows: int) -> None:
    def draw(rng: np.random.Generator) -> tuple[float, float]:
        truth, guess, _ = regression(rng, rows, share)
        found = r2(truth, guess)
        return found.low, found.high

    assert 0.93 <= covered(draw, share) <= 0.97


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_the_interval_of_a_gain_and_of_a_ratio_of_r2_covers_in_95_of_100_samples(
    share: float,
) -> None:
    worse = share - 0.09 * share  # the variance of the noise added

    def pair(rng: np.random.Generator) -> tuple[Score, Score]:
        truth, guess, noisier = regression(rng, 200, share)
        return r2(truth, noisier), r2(truth, guess)

    assert 0.93 <= covered(lambda rng: difference(*pair(rng))[1:], worse - share) <= 0.97
    assert 0.93 <= covered(lambda rng: ratio(*pair(rng))[1:], worse / share) <= 0.97


def test_the_interval_of_a_gain_and_of_a_ratio_of_areas_covers_in_95_of_100_samples() -> None:
    positive, apart = np.repeat([0, 1], [300, 100]), 1.2
    better, worse = (float(norm.cdf(apart / np.sqrt(2 * (1 + s**2)))) for s in (0.0, 0.6))

    def pair(rng: np.random.Generator) -> tuple[Score, Score]:
        scores = rng.normal(size=400) + apart * positive
        noisier = scores + 0.6 * rng.normal(size=400)
        first, second = (area(positive, np.column_stack([-s, s])) for s in (noisier, scores))
        return first, second

    assert 0.93 <= covered(lambda rng: difference(*pair(rng))[1:], worse - better) <= 0.97
    assert 0.93 <= covered(lambda rng: ratio(*pair(rng))[1:], worse / better) <= 0.97


@pytest.mark.parametrize("change", [0.02, 0.3, 3.0])
def test_the_interval_of_agreement_covers_it_near_one_and_far_from_it(change: float) -> None:
    one = np.array([1.0, 0.5, 0.3, 0.1, 0.0, 0.0, 0.0, 0.0])
    other = one + change * np.array([0.0, 0.1, -0.1, 0.1, 0.0, 0.1, 0.0, 0.1])
    truth = float(np.corrcoef(one, other)[0, 1])

    def draw(rng: np.random.Generator) -> tuple[float, float]:
        parts = (rng.exponential(1.0, (400, 8)) - 1 for _ in range(2))
        _, low, high = correlation(*(m + p for m, p in zip((one, other), parts, strict=True)))
        return low, high

    assert covered(draw, truth) >= 0.93


def test_the_jackknife_of_a_mean_is_the_interval_of_student() -> None:
    values = np.random.default_rng(9).normal(size=25)
    without = (values.sum() - values) / 24

    half = half_width(without, np.zeros(25, dtype=np.int64))

    assert half == pytest.approx(2.0638985616 * values.std(ddof=1) / 5)


@pytest.mark.parametrize("rows", [12, 30, 200])
def test_the_interval_of_a_change_between_groups_covers_it(rows: int) -> None:
    def draw(rng: np.random.Generator) -> tuple[float, float]:
        better = rng.choice([-1, 0, 1], 2 * rows, p=[0.1, 0.75, 0.15])
        worse = rng.choice([-1, 0, 1], rows, p=[0.2, 0.75, 0.05])
        return of_rates(better, worse)

    assert covered(draw, 0.05 + 0.15) >= 0.93  # too much in small groups, by the rows added


def test_the_interval_of_a_change_of_errors_between_groups_covers_it() -> None:
    def draw(rng: np.random.Generator) -> tuple[float, float]:
        return of_means(rng.normal(0.2, 1.0, 20), rng.normal(0.0, 3.0, 60))

    assert 0.93 <= covered(draw, 0.2) <= 0.97

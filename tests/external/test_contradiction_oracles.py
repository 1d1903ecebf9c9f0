"""Lower bounds of epsilon against other people's statistics: SciPy's and statsmodels'."""

import math
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from statsmodels.stats.proportion import proportion_confint

from registry.ledger.contradiction import ManyRuns, OneRun, lower_limit, upper_limit

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.05, 0.025, 0.001]))
def test_limits_are_those_of_scipys_exact_interval(count: tuple[int, int], side: float) -> None:
    hits, n = count
    found = binomtest(hits, n).proportion_ci(1 - 2 * side, method="exact")

    assert lower_limit(hits, n, side) == pytest.approx(found.low, abs=1e-8)
    assert upper_limit(hits, n, side) == pytest.approx(found.high, abs=1e-8)


@given(counts, st.sampled_from([0.05, 0.025, 0.001]))
def test_limits_are_those_of_statsmodels(count: tuple[int, int], side: float) -> None:
    low, high = proportion_confint(*count, alpha=2 * side, method="beta")

    assert lower_limit(*count, side) == pytest.approx(low, abs=1e-10)
    assert upper_limit(*count, side) == pytest.approx(high, abs=1e-10)


@given(st.integers(0, 400), st.integers(0, 300), st.sampled_from([0.0, 1e-5, 0.05]))
def test_the_bound_of_many_runs_follows_from_those_limits(
    found: int, alarms: int, delta: float
) -> None:
    low, _ = proportion_confint(found, 400, alpha=0.05, method="beta")
    _, high = proportion_confint(alarms, 300, alpha=0.05, method="beta")
    ratios = [(low - delta) / high, (1 - high - delta) / (1 - low)]
    expected = max([0.0, *(math.log(ratio) for ratio in ratios if ratio > 0)])

    bound = ManyRuns(400, 300, (0.0,), 0.05).bound((found, alarms), delta)

    assert bound == pytest.approx(expected, abs=1e-9)


def published(records: int, guesses: int, right: int, epsilon: float, delta: float) -> float:
    """The p-value as the paper's appendix D states it, by SciPy's distribution function."""
    x = binom(guesses, 1 / (1 + math.exp(-epsilon)))
    pushed = [(x.cdf(right - 1) - x.cdf(right - i - 1)) / i for i in range(1, right + 1)]
    return min(1.0, float(x.sf(right - 1) + 2 * records * delta * max(pushed, default=0.0)))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_p_value_of_one_run_is_the_papers(data: st.DataObject) -> None:
    guesses = data.draw(st.integers(1, 120))
    records = data.draw(st.integers(guesses, 1000))
    right = data.draw(st.integers(0, guesses))
    epsilon, delta = data.draw(st.floats(0, 6)), data.draw(st.sampled_from([0.0, 1e-6, 1e-3]))

    found = OneRun(records, guesses, None, 0.05).p_value(right, epsilon, delta)

    assert found == pytest.approx(published(records, guesses, right, epsilon, delta), abs=1e-10)


@settings(deadline=None, max_examples=40)
@given(st.integers(10, 100), st.sampled_from([0.0, 1e-5, 1e-3]), st.sampled_from([0.05, 0.01]))
def test_the_bound_of_one_run_is_where_the_papers_p_value_reaches_alpha(
    right: int, delta: float, alpha: float
) -> None:
    bound = OneRun(500, 100, None, alpha).bound((right,), delta)

    p_value = partial(published, 500, 100, right, delta=delta)
    assert p_value(bound + 1e-6) >= alpha
    if bound > 0:
        assert p_value(bound - 1e-6) < alpha

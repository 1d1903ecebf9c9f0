"""Empirical lower bounds: wrong about an honest mechanism as seldom as they say, and of use."""

import math
import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ledger.honest import believable, contradiction_probability, contradictions

from registry.ledger.contradiction import (
    CONTRADICTED,
    NOT_CONTRADICTED,
    ManyRuns,
    OneRun,
    Scored,
    lower_limit,
    upper_limit,
    verdict,
)

MANY = ManyRuns(200, 200, (0.5,), 0.05)
ONE = OneRun(200, 200, 0.0, 0.05)


def test_the_worked_example_of_many_runs() -> None:
    plan = ManyRuns(1000, 1000, (0.0,), 0.05)

    assert plan.bound((100, 10), 0.0) == pytest.approx(1.50, abs=0.005)


@pytest.mark.parametrize(
    ("records", "guesses", "right", "delta", "published"),
    [(1000, 100, 75, 1e-4, 0.673), (100_000, 1510, 1439, 1e-5, 2.675)],
)
def test_the_examples_printed_in_the_paper_on_one_run(
    records: int, guesses: int, right: int, delta: float, published: float
) -> None:
    plan = OneRun(records, guesses, None, 0.05)

    assert plan.bound((right,), delta) == pytest.approx(published, abs=1e-3)


def test_more_thresholds_make_each_bound_more_cautious() -> None:
    alone, among = MANY, ManyRuns(200, 200, (0.5, 0.6, 0.7), 0.05)

    assert among.bound((160, 30, 0, 0, 0, 0), 0.0) < alone.bound((160, 30), 0.0)


def test_the_best_threshold_counts() -> None:
    plan = ManyRuns(200, 200, (0.2, 0.8), 0.05)

    counts = plan.counts(
        [Scored(True, 0.9)] * 150
        + [Scored(True, 0.3)] * 50
        + [Scored(False, 0.3)] * 150
        + [Scored(False, 0.1)] * 50
    )

    assert counts == (200, 150, 150, 0)
    assert plan.bound(counts, 0.0) == pytest.approx(plan.bound((0, 0, 150, 0), 0.0))


def test_a_score_on_the_threshold_counts_as_above_it() -> None:
    assert MANY.counts([Scored(True, 0.5), Scored(False, 0.5)]) == (1, 1)


@pytest.mark.parametrize("plan", [MANY, ONE])
def test_scores_that_tell_nothing_certify_nothing(plan: ManyRuns | OneRun) -> None:
    scores = [Scored(row % 2 == 0, 0.0) for row in range(400)]

    assert plan.bound(plan.counts(scores), 0.0) == 0.0


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0, 0.5))
def test_no_scores_certify_more_than_the_greatest(found: int, alarms: int, delta: float) -> None:
    assert MANY.bound((found, alarms), delta) <= MANY.greatest(delta)


@given(st.integers(0, 40), st.sampled_from([0.0, 1e-4, 0.01]))
def test_no_guesses_certify_more_than_the_greatest(right: int, delta: float) -> None:
    plan = OneRun(60, 40, None, 0.05)

    assert plan.bound((right,), delta) <= plan.greatest(delta)


@given(st.integers(1, 40), st.sampled_from([0.0, 1e-4, 0.01]))
def test_every_further_right_guess_certifies_more(right: int, delta: float) -> None:
    plan = OneRun(60, 40, None, 0.05)

    assert plan.bound((right - 1,), delta) <= plan.bound((right,), delta)


@pytest.mark.parametrize("plan", [MANY, ONE])
def test_a_larger_delta_certifies_less(plan: ManyRuns | OneRun) -> None:
    bounds = [plan.greatest(delta) for delta in (0.0, 1e-4, 1e-2, 0.2)]

    assert bounds == sorted(bounds, reverse=True)
    assert len(set(bounds)) == len(bounds)


def test_the_greatest_of_one_run_is_where_all_right_becomes_likely() -> None:
    epsilon = ONE.greatest(0.0)

    assert (1 / (1 + math.exp(-epsilon))) ** 200 == pytest.approx(0.05)


def test_the_order_of_rows_never_helps_where_scores_are_equal() -> None:
    members_first = [Scored(True, 1.0)] * 30 + [Scored(False, 1.0)] * 30

    for threshold in (None, 0.0):
        plan = OneRun(60, 20, threshold, 0.05)
        assert plan.counts(members_first) == plan.counts(members_first[::-1]) == (0,)


def test_ties_cost_only_the_guesses_that_they_leave_open() -> None:
    plan = OneRun(6, 4, None, 0.05)
    scores = [
        *(Scored(True, 9.0), Scored(True, 5.0), Scored(False, 5.0)),
        *(Scored(False, 1.0), Scored(False, 1.0), Scored(True, 2.0)),
    ]

    # The highest is right, the second open and so wrong; both of the lowest are right.
    assert plan.counts(scores) == (3,)


def test_guesses_by_a_threshold_are_those_farthest_from_it_and_none_upon_it() -> None:
    plan = OneRun(6, 3, 0.0, 0.05)
    scores = [
        *(Scored(True, 3.0), Scored(False, -2.0), Scored(True, -1.0)),
        *(Scored(True, 0.5), Scored(True, 0.0), Scored(False, 0.0)),
    ]

    assert plan.counts(scores) == (2,)


def test_a_guess_that_was_planned_and_not_made_counts_as_wrong() -> None:
    plan = OneRun(10, 10, 0.0, 0.05)
    scores = [Scored(True, 1.0)] * 4 + [Scored(False, -1.0)] * 4 + [Scored(True, 0.0)] * 2

    assert plan.counts(scores) == (8,)


@given(st.integers(0, 30), st.floats(0, 3))
def test_without_delta_the_p_value_is_the_tail_of_randomised_response(
    right: int, epsilon: float
) -> None:
    plan = OneRun(30, 30, None, 0.05)
    q = 1 / (1 + math.exp(-epsilon))
    tail = sum(math.comb(30, k) * q**k * (1 - q) ** (30 - k) for k in range(right, 31))

    assert plan.p_value(right, epsilon, 0.0) == pytest.approx(min(1.0, tail), abs=1e-12)


@pytest.mark.parametrize("delta", [0.001, 0.01, 0.05])
@pytest.mark.parametrize("epsilon", [0.0, 0.5, 2.0])
def test_no_mechanism_that_tells_with_probability_delta_beats_the_p_value(
    epsilon: float, delta: float
) -> None:
    """Every outcome of six coins is enumerated for two (epsilon, delta)-mechanisms."""
    n, q = 6, 1 / (1 + math.exp(-epsilon))
    plan = OneRun(n, n, None, 0.05)

    def tail(right: int, p: float) -> float:
        outcomes = [[bool(mask >> bit & 1) for bit in range(n)] for mask in range(2**n)]
        return sum(
            math.prod(p if hit else 1 - p for hit in outcome)
            for outcome in outcomes
            if sum(outcome) >= right
        )

    for right in range(n + 1):
        tells_one = tail(right, delta + (1 - delta) * q)
        tells_all = delta + (1 - delta) * tail(right, q)
        assert max(tells_one, tells_all) <= plan.p_value(right, epsilon, delta) + 1e-12


@pytest.mark.parametrize("members", [0, 50, 950, 1000])
def test_members_that_no_fair_coin_makes_are_noticed(members: int) -> None:
    assert not OneRun(1000, 100, None, 0.05).fair(members)


@pytest.mark.parametrize("members", [430, 500, 570])
def test_members_that_a_fair_coin_makes_pass(members: int) -> None:
    assert OneRun(1000, 100, None, 0.05).fair(members)


def test_a_claim_is_contradicted_only_by_a_bound_above_it() -> None:
    assert verdict(1.01, 1.0) == CONTRADICTED
    assert verdict(1.0, 1.0) == NOT_CONTRADICTED
    with pytest.raises(ValueError, match="figures"):
        verdict(math.nan, 1.0)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (10, 10), (3, 10)])
def test_the_limits_of_a_rate_are_those_of_clopper_and_pearson(hits: int, n: int) -> None:
    def at_least(k: int, p: float) -> float:
        return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))

    low, high = lower_limit(hits, n, 0.025), upper_limit(hits, n, 0.025)

    assert low == 0 if hits == 0 else at_least(hits, low) == pytest.approx(0.025)
    assert high == 1 if hits == n else 1 - at_least(hits + 1, high) == pytest.approx(0.025)


@pytest.mark.parametrize("plan", [MANY, ONE], ids=["many", "one"])
@pytest.mark.parametrize("epsilon", [0.5, 1.0, 2.0])
def test_the_probability_of_contradicting_an_honest_mechanism_is_at_most_alpha(
    plan: ManyRuns | OneRun, epsilon: float
) -> None:
    assert contradiction_probability(plan, truth=epsilon, claim=epsilon) <= 0.05


@pytest.mark.parametrize("plan", [MANY, ONE], ids=["many", "one"])
@pytest.mark.parametrize("epsilon", [0.5, 1.0, 2.0])
def test_half_of_the_true_epsilon_is_contradicted_nine_times_in_ten(
    plan: ManyRuns | OneRun, epsilon: float
) -> None:
    """With 200 runs with the record and 200 without it, or 200 records in one run."""
    assert contradiction_probability(plan, truth=2 * epsilon, claim=epsilon) >= 0.90


@pytest.mark.parametrize("plan", [MANY, ONE], ids=["many", "one"])
def test_simulated_audits_contradict_as_often_as_that(plan: ManyRuns | OneRun) -> None:
    """200 of the 2,000 simulations of `tests/soak/test_contradiction.py`."""
    honest = contradictions(plan, truth=1.0, claim=1.0, times=200, seed=6)
    false = contradictions(plan, truth=2.0, claim=1.0, times=200, seed=7)

    assert believable(honest, of=200, rate=0.05)
    assert false / 200 >= 0.90


def test_one_run_of_a_mechanism_with_delta_is_seldom_contradicted() -> None:
    """Each bit is told with probability delta, else randomised: (1, 0.01) exactly."""
    draw, plan, times = random.Random(8), ONE, 300
    q, delta = 1 / (1 + math.exp(-1.0)), 0.01
    bound = cache(lambda counts: plan.bound(counts, delta))
    found = 0
    for _ in range(times):
        coins = [draw.random() < 0.5 for _ in range(200)]
        kept = (draw.random() < delta or draw.random() < q for _ in coins)
        scores = [
            Scored(coin, 1.0 if coin == same else -1.0)
            for coin, same in zip(coins, kept, strict=True)
        ]
        found += bound(plan.counts(scores)) > 1.0

    assert believable(found, of=times, rate=0.05)

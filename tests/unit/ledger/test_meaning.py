"""What an epsilon means: bounds that some attack reaches and none exceeds, in true sentences."""

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.ledger.meaning import (
    Cost,
    budget_sentences,
    corners,
    failure,
    meaning,
    most_found,
    most_sure,
    remaining,
    room,
)
from registry.ledger.wording import at_most, chance, left_over, share, used_up

epsilons = st.floats(0, 12)
deltas = st.sampled_from([0.0, 1e-9, 1e-6, 1e-3, 0.1])
shares = st.floats(0, 1)
weights = st.lists(st.floats(0, 1), min_size=2, max_size=6)


def test_epsilon_1_at_1_and_10_percent_false_alarms() -> None:
    found = meaning(Cost(1.0))

    assert found.detected == (
        (0.01, pytest.approx(0.0271828, abs=1e-7)),
        (0.10, pytest.approx(0.271828, abs=1e-6)),
    )


def test_epsilon_1_moves_an_attackers_belief_by_its_odds() -> None:
    found = meaning(Cost(1.0))

    assert found.suspicion == (
        (0.01, pytest.approx(math.e / (math.e + 99))),
        (0.10, pytest.approx(math.e / (math.e + 9))),
        (0.50, pytest.approx(math.e / (math.e + 1))),
    )
    assert found.failure == 0


def test_with_a_delta_the_belief_is_stated_with_its_probability_of_failing() -> None:
    found = meaning(Cost(1.0, 1e-6))

    assert found.suspicion[2] == (0.5, pytest.approx(2 * math.e / (2 * math.e + 1)))
    assert found.failure == pytest.approx(2e-6)
    assert "fail with a probability of at most 1 in 500,000" in found.sentences[1]


@given(epsilons, deltas, shares)
def test_the_bound_is_never_below_guessing_and_never_above_1(
    epsilon: float, delta: float, alarms: float
) -> None:
    found = most_found(Cost(epsilon, delta), alarms)

    assert alarms - 1e-12 <= found <= 1


@given(epsilons, deltas, shares)
def test_both_inequalities_of_the_definition_hold_at_the_bound(
    epsilon: float, delta: float, alarms: float
) -> None:
    found = most_found(Cost(epsilon, delta), alarms)

    grown = math.exp(epsilon)
    assert found <= grown * alarms + delta + 1e-9
    assert 1 - alarms <= grown * (1 - found) + delta + 1e-9 * grown


@given(st.floats(0.01, 8), deltas)
def test_randomised_response_that_sometimes_tells_reaches_the_bound(
    epsilon: float, delta: float
) -> None:
    # With probability delta it tells the truth and says so; believing it in either case is a test.
    right = (1 - delta) / (1 + math.exp(-epsilon))

    assert most_found(Cost(epsilon, delta), 1 - delta - right) == pytest.approx(delta + right)


@given(epsilons, deltas, shares)
def test_the_curve_is_straight_between_its_corners(
    epsilon: float, delta: float, alarms: float
) -> None:
    cost = Cost(epsilon, delta)
    points = corners(cost)

    before = max(point for point in points if point[0] <= alarms)
    after = min(point for point in points if point[0] >= alarms)
    along = (alarms - before[0]) / ((after[0] - before[0]) or 1)
    between = before[1] + along * (after[1] - before[1])
    assert most_found(cost, alarms) == pytest.approx(between, abs=1e-9)


@given(weights, weights, st.floats(0, 3))
def test_the_odds_exceed_twice_the_factor_with_at_most_the_stated_probability(
    first: list[float], second: list[float], epsilon: float
) -> None:
    size = min(len(first), len(second))
    first, second = first[:size], second[:size]
    assume(sum(first) > 0.01 and sum(second) > 0.01)
    present = [one / sum(first) for one in first]
    absent = [one / sum(second) for one in second]
    grown = math.exp(epsilon)
    pairs = list(zip(present, absent, strict=True))
    delta = max(
        sum(max(0.0, p - grown * q) for p, q in pairs),
        sum(max(0.0, q - grown * p) for p, q in pairs),
    )
    assume(delta < 1)

    exceeding = sum(p for p, q in pairs if p > 2 * grown * q)

    assert exceeding <= failure(Cost(epsilon, delta)) + 1e-12


@given(weights, weights, st.floats(0.001, 0.999))
def test_under_pure_differential_privacy_no_output_moves_a_belief_further(
    first: list[float], second: list[float], prior: float
) -> None:
    size = min(len(first), len(second))
    pairs = [(p + 0.01, q + 0.01) for p, q in zip(first, second, strict=False)]
    p_all, q_all = (sum(one[side] for one in pairs) for side in (0, 1))
    pairs = [(p / p_all, q / q_all) for p, q in pairs]
    epsilon = max(abs(math.log(p / q)) for p, q in pairs)

    held = [prior * p / (prior * p + (1 - prior) * q) for p, q in pairs]

    assert len(held) == size
    assert max(held) <= most_sure(Cost(epsilon), prior) + 1e-12


def test_an_infinite_epsilon_is_said_to_guarantee_nothing() -> None:
    found = meaning(Cost(math.inf, 1e-6))

    assert found.detected == ((0.01, 1.0), (0.1, 1.0))
    assert found.curve == ((0.0, 1.0), (1.0, 1.0))
    assert found.sentences == (
        "Nothing is guaranteed: no figure limits what the release reveals of one person.",
    )


def test_a_huge_epsilon_is_a_figure_and_no_overflow() -> None:
    assert most_found(Cost(1e6), 0.01) == 1.0
    assert most_sure(Cost(1e6), 0.01) == 1.0


@pytest.mark.parametrize(
    "cost",
    [Cost(-1.0), Cost(math.nan), Cost(1.0, 1.0), Cost(1.0, -1e-9), Cost(1.0, math.nan)],
)
def test_what_is_no_guarantee_has_no_meaning(cost: Cost) -> None:
    with pytest.raises(ValueError, match="an epsilon of at least 0"):
        meaning(cost)


@given(st.floats(0, 60), deltas, st.sampled_from(["person", "record", "household", "event"]))
def test_no_sentence_says_safe_and_none_says_100_percent_of_what_is_less(
    epsilon: float, delta: float, unit: str
) -> None:
    for relation in ("add-remove", "replace-one"):
        said = " ".join(meaning(Cost(epsilon, delta), unit, relation).sentences)  # type: ignore[arg-type]

        assert not re.search(r"\b(safe|anonymous|private|proven|nan|inf)\b", said)
        if most_found(Cost(epsilon, delta), 0.1) < 1 and epsilon < 30:
            assert "100%" not in said.replace("just under 100%", "")


def test_a_bound_that_allows_most_to_be_found_says_so() -> None:
    told = "does not rule out an attack that finds more than half"

    assert told in " ".join(meaning(Cost(8.0)).sentences)
    assert told not in " ".join(meaning(Cost(1.0)).sentences)


@given(st.floats(0, 1, exclude_max=True))
def test_a_printed_share_is_never_below_the_figure_and_never_reads_100_percent(
    value: float,
) -> None:
    text = share(value)

    if text == "just under 100%":
        assert value > 0.998
    else:
        assert float(text.removesuffix("%")) / 100 >= value * (1 - 1e-11)
        assert float(text.removesuffix("%")) < 100


@given(st.floats(1e-15, 0.999))
def test_a_printed_chance_is_never_below_the_figure(probability: float) -> None:
    text = chance(probability)

    said = (
        1 / int(text.removeprefix("1 in ").replace(",", ""))
        if text.startswith("1 in ")
        else (1.0 if text.startswith("just") else float(text.removesuffix("%")) / 100)
    )
    assert said >= probability * (1 - 1e-11)


@given(st.floats(1e-12, 1e4))
def test_what_is_left_is_rounded_down_and_what_is_spent_up(value: float) -> None:
    assert float(left_over(value)) <= value * (1 + 1e-11)
    assert float(used_up(value)) >= value * (1 - 1e-11)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.01, "at most 1%"),
        (0.0271828, "at most 2.72%"),
        (0.99999, "just under 100%"),
        (1.0, "at most 100%"),
        (0.0, "at most 0%"),
    ],
)
def test_limits_as_they_are_printed(value: float, text: str) -> None:
    assert at_most(value) == text


def test_what_is_left_is_counted_in_decimals_as_people_write_them() -> None:
    assert remaining(Cost(0.3, 1e-5), Cost(0.1, 2e-6)) == Cost(0.2, 8e-6)
    assert room(Cost(0.3), Cost(0.0), Cost(0.1)) == 3
    assert room(Cost(3.0, 1e-6), Cost(0.0), Cost(0.1, 5e-7)) == 2
    assert room(Cost(1.0), Cost(0.0), Cost(0.1, 1e-9)) == 0


@pytest.mark.parametrize("spent", [Cost(3.1), Cost(1.0, 2e-5), Cost(math.inf)])
def test_a_budget_that_is_exceeded_has_nothing_left(spent: Cost) -> None:
    declared = Cost(3.0, 1e-5)

    assert remaining(declared, spent) == Cost(0.0, 0.0)
    assert room(declared, spent, Cost(0.1, 1e-9)) == 0
    said = budget_sentences(declared, spent, Cost(0.1, 1e-9))
    assert "nothing is left" in said[0]
    assert said[1].startswith("That is no room for another release")


def test_what_remains_and_what_it_buys_in_words() -> None:
    said = budget_sentences(Cost(3.0, 1e-5), Cost(1.2, 2e-6), Cost(0.6, 1e-6))

    assert said[0] == (
        "Of a budget of epsilon 3 and delta 1e-05, epsilon 1.2 and delta 2e-06 is spent; "
        "epsilon 1.8 and delta 8e-06 is left."
    )
    assert said[1].startswith("That is room for 3 more releases of epsilon 0.6 and delta 1e-06")
    assert "finds at most 20.1%" in said[2]


@pytest.mark.parametrize("each", [Cost(0.0), Cost(math.inf), Cost(math.nan)])
def test_releases_of_no_size_are_not_counted(each: Cost) -> None:
    with pytest.raises(ValueError, match="a finite epsilon"):
        room(Cost(1.0), Cost(0.0), each)

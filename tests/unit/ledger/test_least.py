"""What no claim may be below, and what is doubtful about one."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import bare, claim, descent, gaussian, laplace, response

from registry.ledger.doubts import doubts, understated
from registry.ledger.guarantee import Guarantee, read
from registry.ledger.least import least_epsilon, least_rho


def guarantee(fields: dict[str, object]) -> Guarantee:
    found = read(fields).guarantee
    assert found is not None
    return found


def test_a_gaussian_has_no_epsilon_at_a_delta_of_nought() -> None:
    assert least_epsilon(guarantee(claim(variant="pure", delta=None))) == math.inf


@given(st.floats(0.01, 5), st.floats(1e-9, 0.5))
def test_laplace_noise_has_the_largest_difference_of_its_two_outputs(
    epsilon: float, delta: float
) -> None:
    fields = laplace(1 / epsilon, variant="approximate", delta=delta)

    found = least_epsilon(guarantee(fields))

    assert found == 0 or 1 - math.exp((found - epsilon) / 2) == pytest.approx(delta, abs=1e-12)


@given(st.floats(0.01, 5), st.floats(1e-9, 0.4))
def test_randomised_response_has_the_largest_difference_of_its_two_answers(
    epsilon: float, delta: float
) -> None:
    answer = replace(guarantee(response(epsilon)), delta=delta)
    truthful = 1 / (1 + math.exp(-epsilon))

    found = least_epsilon(answer)

    assert found == 0 or truthful - math.exp(found) * (1 - truthful) == pytest.approx(delta)


def test_rho_is_at_least_what_it_would_be_counted_at() -> None:
    assert least_rho(guarantee(claim(steps=4))) == pytest.approx(4 / 128)
    assert least_rho(guarantee(laplace(0.5, steps=3, epsilon=6.0))) == pytest.approx(6.0)
    assert least_rho(guarantee(bare(1.0))) == 0.5
    assert least_rho(guarantee(bare(1.0, 1e-6))) == 0.0


@pytest.mark.parametrize(
    ("delta", "units", "count"),
    [(1e-6, 999_999, 0), (1e-6, 1_000_000, 1), (1e-3, 5000, 1), (1e-3, None, 0), (0.0, 10**9, 0)],
)
def test_a_delta_not_below_one_in_n_is_doubtful(
    delta: float, units: int | None, count: int
) -> None:
    found = list(doubts(guarantee(bare(1.0, delta)), units))

    assert len(found) == count
    assert all("is not below 1/n" in one for one in found)


def test_laplace_noise_several_times_over_is_held_to_all_of_it() -> None:
    honest = laplace(2.0, steps=100, variant="approximate", epsilon=31.0, delta=1e-6)
    false = {**honest, "epsilon": 20.0}
    pure = laplace(2.0, steps=100, epsilon=50.0)
    many = laplace(1000.0, steps=10**6, variant="approximate", epsilon=6.0, delta=1e-6)

    assert understated(guarantee(honest)) is None
    assert "noise, sensitivity and steps of laplace come to an epsilon of" in str(
        understated(guarantee(false))
    )
    assert least_epsilon(guarantee(pure)) == 50
    assert understated(guarantee(many)) is None
    assert understated(guarantee({**many, "epsilon": 1.0})) is not None


def test_what_stands_beside_descent_leaves_it_less_of_the_whole() -> None:
    parts = [
        {"name": "training", "epsilon": 2.13, "delta": 1e-6, "described": True},
        {"name": "binning", "epsilon": 1.0},
    ]
    honest = descent(1.0, 0.01, 1000, (3.13, 1e-6), components=parts)
    short = [{**parts[0], "epsilon": 1.13}, parts[1]]
    false = descent(1.0, 0.01, 1000, (2.13, 1e-6), components=short)

    assert understated(guarantee(honest)) is None
    assert "come to an epsilon of 2.125" in str(understated(guarantee(false)))


def test_descent_that_claims_less_than_its_fields_come_to_is_found_out() -> None:
    honest = descent(1.0, 0.01, 1000, (2.13, 1e-6))
    false = descent(1.0, 0.01, 1000, (1.0, 1e-6))

    assert understated(guarantee(honest)) is None
    assert "come to an epsilon of 2.125 at its delta" in str(understated(guarantee(false)))
    assert understated(guarantee(gaussian(8.0, 1e-6))) is None
    assert "more than can be computed" in str(
        understated(guarantee(descent(0.05, 0.5, 10, (1.0, 1e-6))))
    )

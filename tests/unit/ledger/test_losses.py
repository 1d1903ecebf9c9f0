"""Distributions of the privacy loss: against what is exact, and against dp-accounting's own."""

import math
import random

import numpy as np
import pytest
from ledgers import bare, claim, descent, errors_of_gaussians, gaussian, laplace, response
from scipy.stats import norm

from registry.ledger import losses
from registry.ledger.guarantee import Guarantee, read
from registry.ledger.mechanism import Gaussian
from registry.ledger.methods.gaussian import delta_at, epsilon_at, together

DELTA = 1e-6


def guarantee(fields: dict[str, object]) -> Guarantee:
    found = read(fields).guarantee
    assert found is not None
    return found


def composed(*claims: dict[str, object]) -> float:
    return losses.epsilon_at(losses.composed([guarantee(one) for one in claims]), DELTA)


def test_the_exact_gaussian_is_the_one_of_balle_and_wang() -> None:
    for mu, epsilon in [(0.1, 0.3), (1.0, 2.0), (3.0, 0.0), (0.02, 0.2), (5.0, 40.0)]:
        exact = norm.cdf(mu / 2 - epsilon / mu) - math.exp(epsilon) * norm.cdf(
            -mu / 2 - epsilon / mu
        )
        assert delta_at(mu, epsilon) == pytest.approx(exact, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("delta", [1e-300, 1e-30, 1e-12, 1e-6, 0.1, 0.9])
@pytest.mark.parametrize("mu", [1e-200, 1e-3, 0.1, 1.0, 20.0])
def test_the_exact_epsilon_is_the_smallest_at_its_delta(mu: float, delta: float) -> None:
    found = epsilon_at(mu, delta)

    assert delta_at(mu, found) <= delta
    assert found == 0 or delta_at(mu, found * (1 - 1e-9)) > delta


def test_compositions_of_gaussians_are_never_below_the_exact_one() -> None:
    errors = list(errors_of_gaussians(6, 25))

    assert min(errors) >= 0
    assert max(errors) < 1e-4


def test_gaussians_added_one_by_one_are_never_below_the_exact_one_either() -> None:
    chance = random.Random(7)
    for _ in range(4):
        noises = [math.exp(chance.uniform(0, 3)) for _ in range(chance.randint(2, 12))]
        delta = 10 ** chance.uniform(-8, -4)
        loss = losses.nothing()
        for one in noises:
            loss = losses.plus(loss, losses.composed([guarantee(gaussian(one, delta))]))
        exact = epsilon_at(math.sqrt(math.fsum(one**-2 for one in noises)), delta)

        assert 0 <= losses.epsilon_at(loss, delta) / exact - 1 < 1e-4


@pytest.mark.parametrize(("noise", "sampling"), [(1.0, 0.01), (0.7, 0.2), (3.0, 0.5), (2.0, 1.0)])
def test_a_step_of_descent_is_what_the_library_computes_point_by_point(
    noise: float, sampling: float
) -> None:
    from dp_accounting.pld.privacy_loss_distribution import from_gaussian_mechanism

    ours = losses.composed([guarantee(descent(noise, sampling, 1, (9.0, DELTA)))])
    theirs = from_gaussian_mechanism(noise, sampling_prob=sampling)

    for epsilon in np.linspace(0, 3, 13):
        assert ours.get_delta_for_epsilon(epsilon) == pytest.approx(
            theirs.get_delta_for_epsilon(epsilon), rel=1e-6, abs=1e-13
        )


def test_descent_without_sampling_is_the_gaussian_of_as_many_steps() -> None:
    exact = epsilon_at(math.sqrt(50) / 8, DELTA)

    found = composed(descent(8.0, 1.0, 50, (9.0, DELTA)))

    assert 0 <= found / exact - 1 < 1e-4


def test_descent_under_replace_one_costs_more() -> None:
    fields = {"noise": 1.0, "sampling": 0.02, "steps": 50, "figures": (9.0, DELTA)}

    add, replace = (
        composed(descent(**fields, neighbouringRelation=relation))  # type: ignore[arg-type]
        for relation in ("add-remove", "replace-one")
    )

    assert add < replace


def test_randomised_responses_are_never_below_their_binomial() -> None:
    epsilon, times = 0.5, 12
    truthful = 1 / (1 + math.exp(-epsilon))
    found = composed(*[response(epsilon)] * times)

    exact = sum(
        math.comb(times, k)
        * truthful**k
        * (1 - truthful) ** (times - k)
        * max(-math.expm1(found - (2 * k - times) * epsilon), 0)
        for k in range(times + 1)
    )

    assert exact <= DELTA
    assert found == pytest.approx(5.9995, abs=2e-3)


def test_what_stands_beside_the_mechanism_is_composed_with_it() -> None:
    parts = [
        {"name": "model", "epsilon": 1.0, "described": True},
        {"name": "binning", "epsilon": 0.3, "delta": 1e-7},
    ]

    whole = composed(gaussian(8.0, 1e-7, components=parts))

    assert whole == pytest.approx(composed(gaussian(8.0, 1e-7), bare(0.3, 1e-7)), rel=1e-9)
    assert whole > composed(gaussian(8.0, 1e-7))


def test_nothing_at_all_loses_nothing() -> None:
    assert composed() == 0.0


def test_several_gaussians_are_one() -> None:
    one = together([Gaussian(3.0, 1.0), Gaussian(8.0, 2.0, 4)])

    assert one.mu**2 == pytest.approx(1 / 9 + 4 / 4 / 4)


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        (claim(), True),
        (bare(150.0), True),
        (bare(1e300), False),
        (laplace(0.001), False),
        (claim(noise=0.01), False),
        (descent(1.0, 0.01, 10_000, (9.0, DELTA)), True),
        (descent(0.05, 0.5, 10, (9.0, DELTA)), False),
        (descent(0.5, 1.0, 10**9, (9.0, DELTA)), False),
        (claim(variant="zcdp", noise=None, epsilon=None, rho=0.1), False),
    ],
)
def test_only_what_fits_on_the_grid_is_computed(fields: dict[str, object], fits: bool) -> None:
    assert losses.on_grid(guarantee(fields)) is fits

"""Composed losses against numerical integration, and against Microsoft's prv-accountant."""

from __future__ import annotations

import math

import pytest
from ledgers import bare, descent, gaussian, laplace
from scipy import integrate
from scipy.stats import laplace as laplace_density
from scipy.stats import norm

from registry.ledger import losses
from registry.ledger.guarantee import Guarantee, read

DELTA = 1e-6


def composed(*claims: dict[str, object]) -> losses.Loss:
    found: list[Guarantee] = []
    for one in claims:
        guarantee = read(one).guarantee
        assert guarantee is not None
        found.append(guarantee)
    return losses.composed(found)


def test_one_step_of_descent_is_the_integral_of_what_is_more_likely_with_the_unit() -> None:
    noise, sampling = 0.9, 0.05
    ours = composed(descent(noise, sampling, 1, (9.0, DELTA)))

    def gap(x: float, epsilon: float, sign: int) -> float:
        without = norm.pdf(x, 0, noise)
        with_it = (1 - sampling) * without + sampling * norm.pdf(x, 1, noise)
        first, second = (with_it, without) if sign > 0 else (without, with_it)
        return first - math.exp(epsilon) * second

    for epsilon in (0.01, 0.04, 0.3, 1.0):
        # Where the ratio of both is e^epsilon the integrand begins, or ends.
        inside = {sign: 1 + math.expm1(sign * epsilon) / sampling for sign in (1, -1)}
        at = {
            sign: noise**2 * math.log(one) + 0.5 if one > 0 else -12.0
            for sign, one in inside.items()
        }
        exact = max(
            integrate.quad(gap, at[1], 13, args=(epsilon, 1), epsabs=1e-15)[0],
            integrate.quad(gap, -12, at[-1], args=(epsilon, -1), epsabs=1e-15)[0],
        )
        found = float(ours.get_delta_for_epsilon(epsilon))
        assert exact <= found <= exact * (1 + 1e-9)


def test_a_gaussian_with_laplace_noise_is_the_double_integral_of_both() -> None:
    ours = composed(gaussian(2.0, DELTA), laplace(1.5))
    shift = 1.0

    def left(y: float, epsilon: float) -> float:
        """What the Gaussian leaves at the epsilon that Laplace noise of y leaves over."""
        density = laplace_density.pdf(y, 0, 1.5)
        loss = (abs(y - shift) - abs(y)) / 1.5
        over, mu = epsilon - loss, 0.5
        rest = norm.cdf(mu / 2 - over / mu) - math.exp(over) * norm.cdf(-mu / 2 - over / mu)
        return density * rest

    for epsilon in (0.5, 1.0, 2.0):
        exact = sum(
            integrate.quad(left, *ends, args=(epsilon,), limit=500, epsabs=1e-14)[0]
            for ends in ((-60, 0), (0, shift), (shift, 60))
        )
        found = float(ours.get_delta_for_epsilon(epsilon))
        assert exact <= found <= exact * (1 + 2e-3)


@pytest.mark.parametrize(
    ("noise", "sampling", "steps"), [(1.0, 0.01, 1000), (0.8, 0.002, 3000), (3.0, 0.2, 200)]
)
def test_descent_lies_within_the_bounds_of_another_accountant(
    noise: float, sampling: float, steps: int
) -> None:
    other = pytest.importorskip("prv_accountant", reason="pip install prv-accountant")
    accountant = other.PRVAccountant(
        prvs=[other.PoissonSubsampledGaussianMechanism(sampling, noise)],
        max_self_compositions=[steps],
        eps_error=0.005,
        delta_error=DELTA / 1e4,
    )
    low, _, high = accountant.compute_epsilon(DELTA, [steps])

    found = losses.epsilon_at(composed(descent(noise, sampling, steps, (99.0, DELTA))), DELTA)

    assert low <= found <= high


def test_a_mixed_ledger_lies_within_the_bounds_of_another_accountant() -> None:
    other = pytest.importorskip("prv_accountant", reason="pip install prv-accountant")
    accountant = other.PRVAccountant(
        prvs=[
            other.PoissonSubsampledGaussianMechanism(0.01, 1.2),
            other.GaussianMechanism(6.0),
            other.LaplaceMechanism(mu=1 / 8),
            other.PureDPMechanism(0.1),
        ],
        max_self_compositions=[500, 4, 5, 3],
        eps_error=0.005,
        delta_error=DELTA / 1e4,
    )
    low, _, high = accountant.compute_epsilon(DELTA, [500, 4, 5, 3])
    claims = [descent(1.2, 0.01, 500, (9.0, DELTA)), *[gaussian(6.0, DELTA)] * 4]

    found = losses.epsilon_at(composed(*claims, *[laplace(8.0)] * 5, *[bare(0.1)] * 3), DELTA)

    assert low <= found <= high

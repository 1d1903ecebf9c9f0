"""A Renyi filter against the Renyi accountant of dp-accounting, and descent against integration."""

from __future__ import annotations

import math
import random

import dp_accounting
import pytest
from dp_accounting.rdp import RdpAccountant
from ledgers import descent, gaussian, laplace, ledger
from scipy import integrate
from scipy.stats import norm

from registry.ledger.mechanism import SubsampledGaussian
from registry.ledger.methods import sampled
from registry.ledger.totals import Rdp, gated

DELTA = 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_a_filter_tells_what_the_accountant_tells_at_the_same_order(seed: int) -> None:
    chance = random.Random(seed)
    order = chance.randint(2, 60)
    accountant, claims = RdpAccountant([order]), []
    for _ in range(chance.randint(1, 6)):
        noise, steps = chance.uniform(0.8, 20), chance.randint(1, 500)
        kind, rate = chance.randint(0, 2), chance.uniform(0.001, 0.3)
        if kind == 0:
            claims.append(gaussian(noise, 1e-9))
            accountant.compose(dp_accounting.GaussianDpEvent(noise))
        elif kind == 1:
            claims.append(laplace(noise))
            accountant.compose(dp_accounting.LaplaceDpEvent(noise))
        else:
            claims.append(descent(noise, rate, steps, (90.0, 1e-7)))
            step = dp_accounting.PoissonSampledDpEvent(rate, dp_accounting.GaussianDpEvent(noise))
            accountant.compose(step, steps)

    found = gated(ledger(*claims), Rdp(order, DELTA))

    assert found.epsilon == pytest.approx(accountant.get_epsilon(DELTA), rel=1e-9)


@pytest.mark.parametrize(
    ("noise", "sampling", "order"),
    [(3.0, 0.2, 1.5), (3.0, 0.2, 7.7), (0.6, 0.01, 2.5), (0.5, 0.1, 1.9), (1.0, 0.01, 10.5)],
)
def test_between_whole_orders_descent_is_above_its_integral_and_below_the_next(
    noise: float, sampling: float, order: float
) -> None:
    """D = ln E[r^a] / (a - 1), the mean of r^a - 1 - a (r - 1) being free of cancellation."""

    def gain(x: float) -> float:
        more = sampling * math.expm1((2 * x - 1) / (2 * noise**2))
        return float(norm.pdf(x, 0, noise)) * ((1 + more) ** order - 1 - order * more)

    ends = (-12 * noise, order + 12 * noise)
    moment, _ = integrate.quad(gain, *ends, epsabs=0, epsrel=1e-11, limit=500)
    exact = math.log1p(moment) / (order - 1)
    step = SubsampledGaussian(noise, sampling, 1)

    found = sampled.cost(step, order)

    assert exact * (1 - 1e-9) <= found <= sampled.cost(step, math.ceil(order))

"""Renyi differential privacy: at each order what mechanisms cost adds up (Mironov 2017).

A Gaussian costs order * sensitivity^2 / (2 noise^2) (corollary 3), Laplace noise what proposition 6
says, anything pure no more than randomised response at its epsilon (Kairouz, Oh and Viswanath
2015), the exponential mechanism no more than order * epsilon^2 / 8, and a step of DP-SGD what
Mironov, Talwar and Zhang (2019) compute. An epsilon with a delta has no such cost at any order.
"""

import math
from collections.abc import Callable, Sequence

from registry.ledger.contents import Content, spent
from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import (
    Exponential,
    Gaussian,
    Laplace,
    Mechanism,
    RandomisedResponse,
    SubsampledGaussian,
)
from registry.ledger.parts import Vector, upper_sum
from registry.ledger.total import Total, compared, without

_ORDERS = (*(1 + step / 10 for step in range(1, 100)), *range(11, 64), 128, 256, 512, 1024)
_CERTAIN = 500.0  # an epsilon from where exponentials leave the range of numbers
_ROUNDING = 1e-15  # added where a difference of two near numbers may have lost that much
_WITHOUT_COST = "it is an epsilon with a delta, which has no cost at any Renyi order"


def filtered(contents: Sequence[Content], order: float, delta: float) -> Total:
    """The epsilon at ``delta`` of a filter at ``order``, declared beforehand.

    It holds fully adaptively (Feldman and Zrnic 2021, theorem 3.1).
    """
    costs, unbounded = spent(contents, cost_at((order,)), 1)
    epsilon = epsilon_of(costs, (order,), delta) if contents else 0.0
    why = (
        f"What every release costs at the Renyi order {order:g} adds up, however each was chosen, "
        "as long as the budget and the order were declared beforehand."
    )
    return without(Total("rdp", epsilon, delta if contents else 0.0, True, why), unbounded)


def shown(contents: Sequence[Content], delta: float) -> Total:
    """The epsilon at ``delta`` by the order that turned out best."""
    costs, unbounded = spent(contents, cost_at(_ORDERS), len(_ORDERS))
    why = compared(
        "What every release costs adds up at each Renyi order, and the best order is taken."
    )
    epsilon = epsilon_of(costs, _ORDERS, delta) if any(costs) else 0.0
    return without(Total("rdp", epsilon, delta, False, why), unbounded)


def epsilon_of(costs: Sequence[float], orders: Sequence[float], delta: float) -> float:
    """The smallest epsilon at ``delta`` (Canonne, Kamath and Steinke 2020, proposition 12)."""
    found = min(
        cost + math.log1p(-1 / order) - (math.log(delta) + math.log(order)) / (order - 1)
        for cost, order in zip(costs, orders, strict=True)
    )
    return max(found, 0.0)


def cost_at(orders: Sequence[float]) -> Callable[[Guarantee], Vector | str]:
    """What a guarantee costs at each of ``orders``, all above 1."""
    sampled: dict[SubsampledGaussian, Vector] = {}

    def cost(guarantee: Guarantee) -> Vector | str:
        mechanism = guarantee.mechanism
        if guarantee.rho is not None:
            return tuple(guarantee.rho * order for order in orders)
        if isinstance(mechanism, SubsampledGaussian) and guarantee.relation == "add-remove":
            if mechanism not in sampled:
                sampled[mechanism] = _sampled(mechanism, orders)
            return _with_extra(sampled[mechanism], guarantee, orders)
        if isinstance(mechanism, Gaussian | Laplace | Exponential | RandomisedResponse):
            own = tuple(_closed(mechanism, order) for order in orders)
            return _with_extra(own, guarantee, orders)
        if guarantee.epsilon is None or guarantee.delta != 0:
            return _WITHOUT_COST
        return tuple(_pure(guarantee.epsilon, order) for order in orders)

    return cost


def _with_extra(own: Vector, guarantee: Guarantee, orders: Sequence[float]) -> Vector | str:
    if any(one.delta for one in guarantee.extra):
        return _WITHOUT_COST
    return tuple(
        upper_sum([cost, *(_pure(one.epsilon, order) for one in guarantee.extra)])
        for cost, order in zip(own, orders, strict=True)
    )


def _closed(mechanism: Mechanism, order: float) -> float:
    match mechanism:
        case Gaussian():
            return order * mechanism.rho
        case Laplace():
            return mechanism.times * _laplace(mechanism.epsilon, order)
        case Exponential():
            return min(
                _pure(mechanism.epsilon, order), order * mechanism.epsilon * mechanism.epsilon / 8
            )
        case RandomisedResponse():
            return _pure(mechanism.epsilon, order)
    raise TypeError(mechanism)


def _laplace(epsilon: float, order: float) -> float:
    if epsilon > _CERTAIN:
        return _pure(epsilon, order)
    falling = math.log(order - 1) - order * epsilon
    rising = math.log(order) + (order - 1) * epsilon
    top = max(falling, rising)
    both = top + math.log(math.exp(falling - top) + math.exp(rising - top))
    found = (both - math.log(2 * order - 1)) / (order - 1) + _ROUNDING * order
    return min(found, _pure(epsilon, order))


def _pure(epsilon: float, order: float) -> float:
    above = (order - 1) * epsilon + math.log1p(math.exp((1 - 2 * order) * epsilon))
    found = (above - math.log1p(math.exp(-epsilon))) / (order - 1) + _ROUNDING * order
    return min(found, epsilon, order * epsilon * epsilon / 2)


def _sampled(mechanism: SubsampledGaussian, orders: Sequence[float]) -> Vector:
    from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent
    from dp_accounting.rdp import RdpAccountant

    step = PoissonSampledDpEvent(mechanism.sampling, GaussianDpEvent(mechanism.noise_multiplier))
    accountant = RdpAccountant(orders)
    accountant.compose(step, mechanism.steps)
    return tuple(float(one) for one in accountant.rdp)

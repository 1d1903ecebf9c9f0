"""Renyi differential privacy: at each order what mechanisms cost adds up (Mironov 2017).

A Gaussian costs order * sensitivity^2 / (2 noise^2) (corollary 3), Laplace noise what proposition 6
says, anything pure no more than randomised response at its epsilon (Kairouz, Oh and Viswanath
2015), the exponential mechanism no more than order * epsilon^2 / 8, and a step of DP-SGD what
Mironov, Talwar and Zhang (2019) compute. What a claim states of an order bounds every lower one,
because the divergence rises with the order (van Erven and Harremoes 2014, theorem 3). An epsilon
with a delta has no such cost at any order.
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
from registry.ledger.methods import sampled
from registry.ledger.parts import Vector, upper_sum
from registry.ledger.total import Total, compared, without

_ORDERS = (*(1 + step / 10 for step in range(1, 100)), *range(11, 64), 128, 256, 512, 1024)
_CERTAIN = 500.0  # an epsilon from where exponentials leave the range of numbers
_ROUNDING = 1e-15  # what a difference of two near numbers may have lost, of each of its terms
_WITHOUT_COST = "it is an epsilon with a delta, which has no cost at any Renyi order"

Steps = Callable[[SubsampledGaussian, Sequence[float]], Vector]
"""What all steps of DP-SGD cost at each order."""


def filtered(contents: Sequence[Content], order: float, delta: float) -> Total:
    """The epsilon at ``delta`` of a filter at ``order``, declared beforehand.

    At one order fixed beforehand it holds fully adaptively: Feldman and Zrnic (2021), theorem 3.1,
    and Lecuyer (2021); Whitehouse, Ramdas, Rogers and Wu (2023) review both. An order chosen
    afterwards, as `shown` does, is not covered by those proofs.
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
    stated = {order for one in contents for each in one.guarantees for order, _ in each.renyi}
    orders = sorted({*_ORDERS, *stated})
    costs, unbounded = spent(contents, cost_at(orders, _tightest), len(orders))
    why = compared(
        "What every release costs adds up at each Renyi order, and the best order is taken."
    )
    epsilon = epsilon_of(costs, orders, delta) if any(costs) else 0.0
    return without(Total("rdp", epsilon, delta, False, why), unbounded)


def epsilon_of(costs: Sequence[float], orders: Sequence[float], delta: float) -> float:
    """The smallest epsilon at ``delta`` (Canonne, Kamath and Steinke 2020, proposition 12)."""
    found = min(
        cost + math.log1p(-1 / order) - (math.log(delta) + math.log(order)) / (order - 1)
        for cost, order in zip(costs, orders, strict=True)
    )
    return max(found, 0.0)


def cost_at(
    orders: Sequence[float], steps: Steps = sampled.costs
) -> Callable[[Guarantee], Vector | str]:
    """What a guarantee costs at each of ``orders``, all above 1 and rising; else why it has none.

    Where the card states it and its mechanism comes to it as well, both hold: the lesser counts.
    ``steps`` is how DP-SGD is reckoned.
    """

    def cost(guarantee: Guarantee) -> Vector | str:
        if guarantee.rho is not None:
            return tuple(guarantee.rho * order for order in orders)
        known = (_stated(guarantee, orders), implied(guarantee, orders, steps))
        least = tuple(map(min, *(one or (math.inf,) * len(orders) for one in known)))
        if least[0] < math.inf:
            return least
        if guarantee.epsilon is not None and guarantee.delta == 0:
            return tuple(pure(guarantee.epsilon, order) for order in orders)
        return _beyond(guarantee, orders[0]) if guarantee.renyi else _WITHOUT_COST

    return cost


def implied(
    guarantee: Guarantee, orders: Sequence[float], steps: Steps = sampled.costs
) -> Vector | None:
    """What its mechanism and what stands beside it cost; None if they have no cost."""
    if any(one.delta for one in guarantee.extra):
        return None
    match guarantee.mechanism:
        case SubsampledGaussian() as training if guarantee.relation == "add-remove":
            own = steps(training, orders)
        case Gaussian() | Laplace() | Exponential() | RandomisedResponse() as mechanism:
            own = tuple(_closed(mechanism, order) for order in orders)
        case _:
            return None
    return tuple(
        upper_sum([cost, *(pure(one.epsilon, order) for one in guarantee.extra)])
        for cost, order in zip(own, orders, strict=True)
    )


def _stated(guarantee: Guarantee, orders: Sequence[float]) -> Vector | None:
    """At each order the least that is stated of it or of a higher one; infinite beyond them."""
    if not guarantee.renyi:
        return None
    return tuple(
        min((epsilon for at, epsilon in guarantee.renyi if at >= order), default=math.inf)
        for order in orders
    )


def _beyond(guarantee: Guarantee, order: float) -> str:
    highest = max(at for at, _ in guarantee.renyi)
    return f"it states its Renyi loss up to order {highest:g} alone, below {order:g}"


def _closed(mechanism: Mechanism, order: float) -> float:
    match mechanism:
        case Gaussian():
            return order * mechanism.rho
        case Laplace():
            return mechanism.times * _laplace(mechanism.epsilon, order)
        case Exponential():
            return min(
                pure(mechanism.epsilon, order), order * mechanism.epsilon * mechanism.epsilon / 8
            )
        case RandomisedResponse():
            return pure(mechanism.epsilon, order)
    raise TypeError(mechanism)


def _laplace(epsilon: float, order: float) -> float:
    if epsilon > _CERTAIN:
        return pure(epsilon, order)
    falling = math.log(order - 1) - order * epsilon
    rising = math.log(order) + (order - 1) * epsilon
    top = max(falling, rising)
    both = top + math.log(math.exp(falling - top) + math.exp(rising - top))
    found = (both - math.log(2 * order - 1)) / (order - 1) + _lost(order)
    return min(found, pure(epsilon, order))


def pure(epsilon: float, order: float) -> float:
    """The most that anything pure at ``epsilon`` costs at ``order``."""
    above = (order - 1) * epsilon + math.log1p(math.exp((1 - 2 * order) * epsilon))
    found = (above - math.log1p(math.exp(-epsilon))) / (order - 1) + _lost(order)
    return min(found, epsilon, order * epsilon * epsilon / 2)


def _lost(order: float) -> float:
    """At most what rounding takes from a quotient by ``order - 1``; near 1 that is the more."""
    return _ROUNDING * (order + 1 / (order - 1))


def _tightest(mechanism: SubsampledGaussian, orders: Sequence[float]) -> Vector:
    """By dp-accounting's series between whole orders, where it converges below the line."""
    from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent
    from dp_accounting.rdp import RdpAccountant

    step = PoissonSampledDpEvent(mechanism.sampling, GaussianDpEvent(mechanism.noise_multiplier))
    accountant = RdpAccountant(orders)
    accountant.compose(step, mechanism.steps)
    lines = sampled.costs(mechanism, orders)
    series = [float(one) for one in accountant.rdp]
    return tuple(
        line if order == int(order) else min(line, one)
        for order, line, one in zip(orders, lines, series, strict=True)
    )

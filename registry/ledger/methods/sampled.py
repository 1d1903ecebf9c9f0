"""A step of DP-SGD at a Renyi order, in the standard library alone.

Mironov, Talwar and Zhang (2019), section 3.3, for Poisson sampling under add-remove: at a whole
order a, with sampling q and noise s, ``(a - 1) D_a = ln(1 + sum_k C(a, k) (1 - q)^(a - k) q^k
(e^(k (k - 1) / (2 s^2)) - 1))`` over k from 2, exactly. Times ``a - 1`` it is convex in the order
and 0 at 1 (van Erven and Harremoes 2014, corollary 2), so between two whole orders the line that
joins them is never below it.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from registry.ledger.mechanism import SubsampledGaussian
from registry.ledger.parts import Vector

_ROUNDING = 4e-14  # of the figure for each unit of the order, more than lgamma and exp may lose
_LARGE = 40.0  # from where e^x and e^x - 1 are the same float


def costs(mechanism: SubsampledGaussian, orders: Sequence[float]) -> Vector:
    """What all its steps cost at each of ``orders``."""
    return tuple(cost(mechanism, order) for order in orders)


def cost(mechanism: SubsampledGaussian, order: float) -> float:
    """What all its steps cost at ``order``, above 1: never below, exact at whole orders."""
    below = math.floor(order)
    share = order - below
    moments = [(1 - share, below), (share, below + 1)]
    step = math.fsum(
        weight * _moment(mechanism.noise_multiplier, mechanism.sampling, whole)
        for weight, whole in moments
        if weight and whole > 1
    )
    return mechanism.steps * step / (order - 1) * (1 + _ROUNDING * order)


@lru_cache(maxsize=10_000)
def _moment(noise: float, sampling: float, order: int) -> float:
    """``(order - 1)`` times what one step costs."""
    if sampling == 1:
        return order * (order - 1) / (2 * noise * noise)
    logs = [_term(noise, sampling, order, drawn) for drawn in range(2, order + 1)]
    top = max(logs)
    total = top + math.log(math.fsum(math.exp(one - top) for one in logs))
    return max(total, 0.0) + math.log1p(math.exp(-abs(total)))


def _term(noise: float, sampling: float, order: int, drawn: int) -> float:
    ways = math.lgamma(order + 1) - math.lgamma(drawn + 1) - math.lgamma(order - drawn + 1)
    gain = drawn * (drawn - 1) / (2 * noise * noise)
    more = gain if gain > _LARGE else math.log(math.expm1(gain))
    return ways + (order - drawn) * math.log1p(-sampling) + drawn * math.log(sampling) + more

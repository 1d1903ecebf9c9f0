"""What a mechanism comes to at the least, which no claim about it may be below."""

import math
from dataclasses import replace

from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import (
    Exponential,
    Gaussian,
    Laplace,
    RandomisedResponse,
    SubsampledGaussian,
)
from registry.ledger.methods import gaussian, zcdp


def least_epsilon(guarantee: Guarantee) -> float:
    """The least epsilon of the mechanism alone at its own delta; 0 where there is none to hold.

    Gaussian: Balle and Wang (2018). Randomised response and one draw of Laplace noise: the largest
    difference between the two outputs' probabilities, solved for epsilon. Several draws come to no
    less than one, and at a delta of 0 to all of theirs together.
    """
    mechanism = guarantee.mechanism
    if guarantee.own is None:
        return 0.0
    _, delta = guarantee.own
    match mechanism:
        case Gaussian():
            return gaussian.epsilon_at(mechanism.mu, delta) if delta > 0 else math.inf
        case Laplace():
            if delta == 0:
                return mechanism.times * mechanism.epsilon
            return max(mechanism.epsilon + 2 * math.log1p(-delta), 0.0)
        case RandomisedResponse():
            left = 1 - delta * (1 + math.exp(-mechanism.epsilon))
            return max(mechanism.epsilon + math.log(left), 0.0) if left > 0 else 0.0
    return 0.0


def pure_rho(mechanism: str, epsilon: float) -> float:
    """What a pure mechanism costs in zCDP at its own epsilon."""
    made = Exponential(epsilon) if mechanism == "exponential" else RandomisedResponse(epsilon)
    return zcdp.rho_of(made) or 0.0


def least_rho(guarantee: Guarantee) -> float:
    """What it would be counted at if it stated no rho; 0 where that is no bound on rho.

    An epsilon with a delta is none: many a mechanism of a smaller rho has it. DP-SGD has no rho.
    """
    pure = guarantee.figures is not None and guarantee.delta == 0
    if isinstance(guarantee.mechanism, SubsampledGaussian | None) and not pure:
        return 0.0
    found = zcdp.cost(replace(guarantee, rho=None))
    return 0.0 if isinstance(found, str) else found[0]

"""What a mechanism comes to at the least, which no claim about it may be below."""

import math

from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import Gaussian, Laplace, RandomisedResponse
from registry.ledger.methods import gaussian


def least_epsilon(guarantee: Guarantee) -> float:
    """The least epsilon at the claim's delta, in closed form; 0 where there is none to hold.

    Gaussian: Balle and Wang (2018). Randomised response and one draw of Laplace noise: the largest
    difference between the two outputs' probabilities, solved for epsilon.
    """
    delta, mechanism = guarantee.delta, guarantee.mechanism
    if delta is None:
        return 0.0
    match mechanism:
        case Gaussian():
            return gaussian.epsilon_at(mechanism.mu, delta) if delta > 0 else math.inf
        case Laplace():
            return max(mechanism.epsilon + 2 * math.log1p(-delta), 0.0)
        case RandomisedResponse():
            left = 1 - delta * (1 + math.exp(-mechanism.epsilon))
            return max(mechanism.epsilon + math.log(left), 0.0) if left > 0 else 0.0
    return 0.0


def least_rho(guarantee: Guarantee) -> float:
    """The least rho of a Gaussian; 0 where there is none to hold a claim to."""
    return guarantee.mechanism.rho if isinstance(guarantee.mechanism, Gaussian) else 0.0

"""The Gaussian mechanism, exactly, in the standard library alone.

Balle and Wang (2018), theorem 8: with mu = sensitivity / noise the least delta at epsilon is
``Phi(mu/2 - epsilon/mu) - e^epsilon Phi(-mu/2 - epsilon/mu)``. Under composition the squares of mu
add up (Dong, Roth and Su 2022, corollary 3.3), so Gaussians compose to one Gaussian.
"""

import math
from collections.abc import Iterable

from registry.ledger.mechanism import Gaussian

_SHARPEST = 1e6  # beyond it epsilon is over 10^11 at any delta, and digits are lost
_FAR = 37.0  # standard deviations, from where erfc is near the smallest float


def together(mechanisms: Iterable[Gaussian]) -> Gaussian:
    """The one Gaussian that several come to."""
    return Gaussian(1.0, math.hypot(*(one.mu for one in mechanisms)))


def delta_at(mu: float, epsilon: float) -> float:
    """The least delta at ``epsilon``."""
    lower = math.exp(min(epsilon + _log_tail(mu / 2 + epsilon / mu), 0.0))
    return max(math.exp(_log_tail(epsilon / mu - mu / 2)) - lower, 0.0)


def epsilon_at(mu: float, delta: float) -> float:
    """The least epsilon at ``delta``, above 0 and below 1, from above to the last digits."""
    if mu > _SHARPEST:
        return math.inf
    if mu == 0 or delta_at(mu, 0.0) <= delta:
        return 0.0
    low, high = 0.0, 1.0
    while delta_at(mu, high) > delta:
        low, high = high, 2 * high
    while high - low > 1e-14 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if delta_at(mu, middle) <= delta else (middle, high)
    return high


def _log_tail(far: float) -> float:
    """ln Phi(-far); beyond erfc's reach the lower bound of Gordon (1941)."""
    if far < _FAR:
        return math.log(math.erfc(far / math.sqrt(2)) / 2)
    return -far * far / 2 - math.log(math.sqrt(2 * math.pi) * far) + math.log1p(-1 / far / far)

"""Advanced composition for unlike epsilons: Kairouz, Oh and Viswanath (2015), theorem 3.5.

It asks that all epsilons and deltas were fixed in advance; outputs may be used adaptively.
"""

import math
from collections.abc import Sequence

from registry.ledger.contents import Content, one_each
from registry.ledger.parts import upper_sum
from registry.ledger.total import Total, compared, without

_WHY = (
    "Epsilons add up to less than their sum, because the worst loss of every release at once is "
    "unlikely."
)


def total(contents: Sequence[Content], delta: float) -> Total:
    """The epsilon at ``delta``; it would hold for what was fixed in advance as a whole."""
    guarantees, unbounded = one_each(contents, lambda one: one.figures is not None)
    figures = [one.figures for one in guarantees if one.figures is not None]
    found = Total("advanced", epsilon_at(figures, delta), delta, False, compared(_WHY))
    return without(found, unbounded)


def epsilon_at(figures: Sequence[tuple[float, float]], delta: float) -> float:
    """The least epsilon that the theorem gives; infinite if the deltas alone exceed ``delta``."""
    slack = -math.expm1(math.log1p(-delta) - math.fsum(math.log1p(-own) for _, own in figures))
    plain = upper_sum([epsilon for epsilon, _ in figures])
    if slack <= 0:
        return plain if upper_sum([own for _, own in figures]) <= delta else math.inf
    squares = math.fsum(epsilon * epsilon for epsilon, _ in figures)
    drift = math.fsum(epsilon * math.tanh(epsilon / 2) for epsilon, _ in figures)
    logs = (math.log(math.e + math.sqrt(squares) / slack), math.log(1 / slack))
    return min(plain, drift + math.sqrt(2 * squares * min(logs)))

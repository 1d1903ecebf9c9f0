"""Basic composition: epsilons add, and deltas add.

Dwork, Kenthapadi, McSherry, Mironov and Naor (2006), theorem 1. It holds for whatever was chosen
adaptively, epsilons included, and is the only method at a delta of 0.
"""

from collections.abc import Sequence

from registry.ledger.contents import Content, spent
from registry.ledger.guarantee import Guarantee
from registry.ledger.parts import Vector
from registry.ledger.total import Total, without

_WHY = "The epsilons add up, and so do the deltas, however each release was chosen."


def total(contents: Sequence[Content]) -> Total:
    """The sum of what the claims state."""
    (epsilon, delta), unbounded = spent(contents, _cost, 2)
    return without(Total("basic", epsilon, min(delta, 1.0), True, _WHY), unbounded)


def _cost(guarantee: Guarantee) -> Vector | str:
    if guarantee.figures is None:
        what = "a Renyi loss" if guarantee.rho is None else "rho"
        return (
            f"it states {what} alone, and basic composition adds epsilons: state one with its delta"
        )
    return guarantee.figures

"""Privacy loss distributions: the tightest that is computed, for what was fixed in advance.

A declared batch is composed so, all of it (`registry.ledger.planning`); here what was received is.

Koskela, Jaelkoe and Honkela (2020); Doroshenko et al. (2022) for the grid. Parallel composition is
not used here: what read one part of the source counts as if it had read the whole.
"""

from collections.abc import Sequence

from registry.ledger import losses
from registry.ledger.contents import Content, one_each
from registry.ledger.total import Total, compared, without

_WHY = (
    "The distributions of the privacy loss are composed numerically and rounded against the "
    "releases."
)


def total(contents: Sequence[Content], delta: float, stored: bytes | None) -> Total:
    """The epsilon at ``delta``, from the stored distribution where it covers the first of them."""
    from registry.ledger.composed import brought_up

    guarantees, unbounded = one_each(contents, losses.on_grid)
    why = compared(_WHY)
    if unbounded:
        return without(Total("pld", 0.0, delta, False, why), unbounded)
    return Total("pld", brought_up(stored, guarantees).epsilon_at(delta), delta, False, why)

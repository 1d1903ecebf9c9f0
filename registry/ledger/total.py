"""What a set of entries comes to under one method."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.ledger.contents import Unbounded


@dataclass(frozen=True)
class Total:
    """An epsilon and a delta, and in a sentence why they hold for these entries or do not.

    Infinity and 1 where nothing bounds what ``unbounded_by`` names.
    """

    method: str
    epsilon: float
    delta: float
    valid: bool
    why: str
    unbounded_by: tuple[str, ...] = ()


def compared(why: str) -> str:
    """The sentence of a method that holds only for what was fixed in advance as a whole.

    What was received of a declared batch is no such whole: it may have been chosen in view of the
    rest. The batch counts with all of its runs, under basic composition.
    """
    return (
        f"{why} For comparison only: releases of an open ledger are chosen in view of those before."
    )


def without(total: Total, unbounded: Sequence[Unbounded]) -> Total:
    """The total if nothing is unbounded; else an infinite one that names what is."""
    if not unbounded:
        return total
    named = "; ".join(f"{one.label}: {one.why}" for one in unbounded)
    return replace(
        total,
        epsilon=math.inf,
        delta=1.0,
        why=f"Nothing bounds the sum. {named}.",
        unbounded_by=tuple(one.label for one in unbounded),
    )

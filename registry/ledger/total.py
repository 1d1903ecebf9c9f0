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


def validity(why: str, fixed: bool) -> tuple[bool, str]:
    """Whether a method that asks for a batch ``fixed`` in advance holds, and in words."""
    if fixed:
        return True, (
            f"{why} Valid if it is true that all of it was fixed in advance as one batch, as the "
            "cards say."
        )
    return False, (
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

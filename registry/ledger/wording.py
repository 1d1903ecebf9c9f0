"""How bounds are written: rounded, but never to the comfortable side, and never onto 100%."""

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal


def share(value: float) -> str:
    """A share from 0 to 1 as a percentage of three digits, rounded up; below 1 it never reads 100%.

    .99996 reads "just under 100%": a reader must not take a limit for none, or none for a limit.
    """
    if value < 1 and (rounded := _rounded(value * 100, 3, ROUND_CEILING)) < 100:
        return f"{_plain(rounded)}%"
    return "100%" if value >= 1 else "just under 100%"


def at_most(value: float) -> str:
    """``share`` as a limit."""
    return share(value) if share(value).startswith("just") else f"at most {share(value)}"


def chance(probability: float) -> str:
    """A small probability as people say it, "1 in 500,000", rounded up; a large one as a share."""
    if probability >= 0.01:
        return share(probability)
    # 1 in fewer is a higher probability; a float a hair off must not lose a whole one.
    return f"1 in {math.floor(float(f'{1 / probability:.12g}')):,}"


def as_it_is(value: float) -> str:
    """A figure that somebody chose, as they wrote it."""
    return f"{value:.12g}"


def at_orders(renyi: Sequence[tuple[float, float]]) -> str:
    """A Renyi loss by its first order: "0.5 at Renyi order 8, and at 3 more"."""
    (order, epsilon), *more = renyi
    others = f", and at {len(more)} more" if more else ""
    return f"{as_it_is(epsilon)} at Renyi order {as_it_is(order)}{others}"


def used_up(value: float) -> str:
    """What is spent of something, four digits, rounded up."""
    return _plain(_rounded(value, 4, ROUND_CEILING))


def left_over(value: float) -> str:
    """What is left of something, four digits, rounded down."""
    return _plain(_rounded(value, 4, ROUND_DOWN))


def _rounded(value: float, digits: int, how: str) -> Decimal:
    """To ``digits`` significant ones; what is within 1e-12 of one is that one, not beyond it."""
    near = Decimal(f"{value:.12g}")
    if not near:
        return near
    return near.quantize(Decimal(1).scaleb(near.adjusted() - digits + 1), rounding=how)


def _plain(value: Decimal) -> str:
    """As few digits as it takes; an exponent only for what is very small."""
    text = f"{value.normalize():f}"
    return text if value == 0 or abs(value) >= Decimal("0.0001") else f"{float(value):.4g}"

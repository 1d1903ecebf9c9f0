"""What an alteration must do to a metric, in words and as a test of what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, NamedTuple

from evaluators.base import Scope
from evaluators.intervals import Z

ROUNDING: Final = 1e-9  # two equal scores may differ by this
ALARM: Final = 0.01  # how often an independent sample may fail for no reason, over all its metrics


class Seen(NamedTuple):
    """A measured value and its interval at 95 per cent."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Rule:
    """``words`` for a reader; ``holds(before, after)`` for the tables before and after."""

    words: str
    holds: Callable[[Seen, Seen], bool]


@dataclass(frozen=True)
class Expected:
    """One metric on one scope, and the rule that it must follow."""

    metric: str
    scope: Scope
    rule: Rule


def above(null: float) -> Rule:
    """The whole interval is above what a table without any leak would have."""
    return Rule(f"lower bound after above {null:g}", lambda _, after: after.low > null)


def around(null: float, metrics: int) -> Rule:
    """``null`` is inside the interval, widened for a joint look at ``metrics`` of them.

    Intervals are stored at 95 per cent. Their bounds are moved away from the value by the ratio of
    two normal quantiles, so that, as far as they behave like normal ones, all metrics together
    raise a false alarm on at most one independent sample in a hundred (Bonferroni).
    """
    factor = NormalDist().inv_cdf(1 - ALARM / (2 * metrics)) / Z

    def holds(_: Seen, after: Seen) -> bool:
        low = after.value - factor * (after.value - after.low)
        return low <= null <= after.value + factor * (after.high - after.value)

    return Rule(f"interval after, widened {factor:.3f} times, holds {null:g}", holds)


def within(low: float, high: float) -> Rule:
    """The value is between two bounds."""
    return Rule(f"{low:g} to {high:g} after", lambda _, after: low <= after.value <= high)


def at_most(high: float) -> Rule:
    """The value is no higher than a bound."""
    return Rule(f"at most {high:g} after", lambda _, after: after.value <= high)


FALLS: Final = Rule("falls", lambda before, after: after.value < before.value - ROUNDING)
STAYS: Final = Rule("stays", lambda before, after: abs(after.value - before.value) <= ROUNDING)

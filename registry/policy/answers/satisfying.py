"""Numbers that make an expression true, found among those that the expression itself names.

An expression has no margin to read a nearest number from. But where it turns from false to true,
one of its metrics stands beside a number that is written in it, a parameter, or another metric. So
those are tried, nearest first, on the engine; what is not found so is not claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from math import inf, isfinite, nextafter
from typing import Final

from registry.policy.answers.inquiry import Inquiry
from registry.policy.answers.supposed import in_place, supposed
from registry.policy.decision import PolicyRef
from registry.policy.demand import Demand
from registry.policy.expression import Expression
from registry.policy.facts import Evidence

MOST: Final = 2_000  # combinations that are looked at for one expression
_ASKED: Final = 20  # of those that are true, so many are put to the engine
_NUMBER: Final = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
Named = Mapping[tuple[PolicyRef | None, str], Demand]
Place = tuple[PolicyRef | None, str, tuple[str, ...]]


def satisfying(inquiry: Inquiry, changed: Sequence[Evidence], named: Named) -> list[Evidence]:
    """``changed``, and on top of it the evidence that makes the expressions true which block."""
    found = list(changed)
    for demand in named.values():
        there = in_place(inquiry, found)
        blocking = _blocking(there)
        if demand.expression and (demand.policy, demand.rule.id, ()) in blocking:
            found = _merged(found, _helping(there, demand, demand.expression, blocking))
    return found


def _helping(
    inquiry: Inquiry, demand: Demand, expression: Expression, blocking: set[Place]
) -> Sequence[Evidence]:
    """The nearest evidence after which less blocks, and nothing that did not before."""
    present = {
        metric: one
        for metric in expression.metrics
        if (one := supposed(inquiry, metric, (), [demand.of(metric)])) is not None
    }
    if len(present) < len(expression.metrics):
        return ()
    for numbers in islice(_true(inquiry, expression, present), _ASKED):
        proposed = [_valued(present[metric], number) for metric, number in numbers.items()]
        if _blocking(in_place(inquiry, proposed)) < blocking:
            return proposed
    return ()


def _true(
    inquiry: Inquiry, expression: Expression, present: Mapping[str, Evidence]
) -> Iterator[dict[str, float]]:
    """Numbers for the metrics under which the expression is true, the nearest first."""
    now = {metric: one.value or 0.0 for metric, one in present.items()}
    named = _named(expression) | set(now.values())
    each = max(1, int(MOST ** (1 / max(1, len(now)))))
    choices = [
        sorted(_around(named | {number}), key=lambda one: (abs(one - number), one))[:each]
        for number in now.values()
    ]

    def distance(numbers: tuple[float, ...]) -> tuple[int, float]:
        steps = [abs(one - there) for one, there in zip(numbers, now.values(), strict=True)]
        return sum(step > 0 for step in steps), sum(steps)

    for numbers in sorted(product(*choices), key=distance):
        values = dict(zip(now, numbers, strict=True))
        if expression.holds(inquiry.subject, inquiry.context, values) is None:
            yield values


def _named(expression: Expression) -> set[float]:
    """The numbers in an expression and in its parameters, of either sign."""
    written = {float(text) for text in _NUMBER.findall(expression.text)}
    given = {float(one) for one in expression.params.values() if isinstance(one, int | float)}
    return {sign * number for number in written | given for sign in (1, -1) if isfinite(number)}


def _around(numbers: set[float]) -> set[float]:
    return {near for one in numbers for near in (one, nextafter(one, -inf), nextafter(one, inf))}


def _valued(evidence: Evidence, number: float) -> Evidence:
    """The same with another value, and an interval that still surrounds it."""
    if evidence.low == evidence.value == evidence.high:
        return replace(evidence, value=number, low=number, high=number)
    low = None if evidence.low is None else min(evidence.low, number)
    high = None if evidence.high is None else max(evidence.high, number)
    return replace(evidence, value=number, low=low, high=high)


def _merged(found: Sequence[Evidence], more: Sequence[Evidence]) -> list[Evidence]:
    keys = {(one.metric, one.scope) for one in more}
    return [*(one for one in found if (one.metric, one.scope) not in keys), *more]


def _blocking(inquiry: Inquiry) -> set[Place]:
    findings = inquiry.decided().findings
    return {(one.policy, one.rule, one.scope) for one in findings if one.blocks}

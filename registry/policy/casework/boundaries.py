"""Cases that nobody needs to write: just below, at and just above every threshold.

What must come out follows from the word of the comparison alone, not from the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf, nextafter
from typing import Final

from registry.policy.casework.situations import Question, passing_evidence
from registry.policy.casework.testing import ask
from registry.policy.facts import Evidence
from registry.policy.known import KnownMetric
from registry.policy.loader import Policy
from registry.policy.matching import scopes
from registry.policy.rules import Check, Rule

_MEANING: Final = {
    "lt": (True, False, False),
    "lte": (True, True, False),
    "gt": (False, False, True),
    "gte": (False, True, True),
}
"""Whether the comparison holds just below the threshold, at it, and just above."""
_PLACES: Final = ("just below", "at", "just above")


@dataclass(frozen=True)
class Boundary:
    """One generated case: whether a rule must hold for a scope."""

    name: str
    policy: str
    rule: str
    line: int | None
    scope: tuple[str, ...]
    question: Question
    holds: bool


def boundaries(policy: Policy, asked: Question) -> Iterator[Boundary]:
    """The boundary cases of every check, for every scope. ``asked`` is a request that the policy
    governs; its evidence is replaced by evidence that passes.
    """
    passing = passing_evidence(policy, asked.subject, asked.now)
    sound = replace(asked, evidence=(), waivers=())
    for author, rule in policy.rules:
        if rule.check is None:
            continue
        metric = author.metrics[rule.check.reads]
        for scope in scopes(metric, asked.subject):
            usual = passing[metric.id, scope]
            for place, number, holds in _around(rule.check):
                name = f"{_called(rule, scope)} {place} {rule.check.threshold:g}"
                evidence = _at(usual, rule.check, metric, number)
                yield Boundary(
                    name=name,
                    policy=policy.id,
                    rule=rule.id,
                    line=author.lines.get(rule.id),
                    scope=scope,
                    question=replace(sound, evidence=(evidence,)),
                    holds=holds,
                )


def stands(policy: Policy, boundary: Boundary) -> bool:
    """Whether the policy says of a boundary case what its comparison means."""
    decision = ask(policy, boundary.question)
    found = [
        one
        for one in decision.findings
        if one.rule == boundary.rule and one.scope == boundary.scope
    ]
    return len(found) == 1 and (found[0].verdict == "pass") == boundary.holds


def _called(rule: Rule, scope: tuple[str, ...]) -> str:
    return f"{rule.id}[{', '.join(scope)}]" if scope else rule.id


def _around(check: Check) -> Iterator[tuple[str, float, bool]]:
    at = check.threshold
    numbers = nextafter(at, -inf), at, nextafter(at, inf)
    yield from zip(_PLACES, numbers, _MEANING[check.comparison], strict=True)


def _at(usual: Evidence, check: Check, metric: KnownMetric, number: float) -> Evidence:
    """The measurement with the number where the check reads it; a bound moves alone, so that a
    check of the value in its place shows.
    """
    if check.bound and metric.sampled:
        lower = check.bound == "lower"
        return replace(usual, low=number) if lower else replace(usual, high=number)
    return replace(usual, value=number, low=number, high=number)

"""A rule as one policy puts it to a request today: thresholds, terms and level made plain."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from registry.policy import wording
from registry.policy.decision import PolicyRef
from registry.policy.expiry import days
from registry.policy.expression import Expression
from registry.policy.known import KnownMetric
from registry.policy.loader import Policy
from registry.policy.rules import Level, Rule

_OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_BOUNDS: Final = {"lower": "low", "upper": "high"}


@dataclass(slots=True)
class Demand:
    """What is asked: of a ``metric``, or by an ``expression``.

    ``bound`` names the field of the evidence that is compared, "" the value itself. ``max_age`` is
    in days. ``origin`` is the base that wrote the rule, None where the policy did.
    """

    rule: Rule
    policy: PolicyRef
    origin: PolicyRef | None
    line: int | None
    title: str
    expected: str
    level: Level
    reads: str
    metric: KnownMetric | None
    expression: Expression | None
    bound: str
    max_age: int | None
    holdout: bool
    min_n: int | None
    denies_missing: bool
    holds: Callable[[float, float], bool]
    threshold: float
    upward: bool

    def met(self, number: float) -> bool:
        """Whether a number meets the threshold."""
        return self.holds(number, self.threshold)

    def margin(self, number: float) -> float:
        """Room left to the threshold; negative where the number is beyond it."""
        room = number - self.threshold
        return (
            room if self.upward else -room
        ) + 0.0  # which turns a negative zero into a plain one

    def of(self, metric: str) -> Demand:
        """The same terms for the value of one metric that an expression names."""
        return replace(self, reads=metric)


def reference(policy: Policy) -> PolicyRef:
    """The policy's name, version and digest."""
    return PolicyRef(policy.id, policy.version, policy.digest)


def demands(policy: Policy, now: datetime) -> tuple[Demand, ...]:
    """Every rule that holds under a policy, under its terms, at the level of the day."""
    return _on(policy, now.astimezone(UTC).date().isoformat())


@lru_cache(maxsize=256)
def _on(policy: Policy, today: str) -> tuple[Demand, ...]:
    return tuple(_each(policy, today))


def _each(policy: Policy, today: str) -> Iterator[Demand]:
    spec = policy.document.spec
    own, level = reference(policy), spec.enforcement.level_on(today)
    oldest = days(spec.evidence.max_age) if spec.evidence.max_age else None
    for author, rule in policy.rules:
        check = rule.check
        metric = author.metrics[check.reads] if check else None
        sampled = metric is not None and metric.sampled and check is not None
        age = days(check.max_age) if check and check.max_age else None
        yield Demand(
            rule=rule,
            policy=own,
            origin=None if author is policy else reference(author),
            line=author.lines.get(rule.id),
            title=rule.title or (wording.demand(check) if check else "The expression is true"),
            expected=wording.expected(check) if check else f"true: {rule.expr}",
            level=rule.enforcement or level,
            reads=check.reads if check else "",
            metric=metric,
            expression=author.expressions.get(rule.id),
            bound=_BOUNDS[check.bound] if sampled and check and check.bound else "",
            max_age=min((one for one in (oldest, age) if one is not None), default=None),
            holdout=((check and check.holdout) or spec.evidence.holdout) == "required",
            min_n=check.min_n if check else None,
            denies_missing=(rule.on_missing_evidence or spec.on_missing_evidence) == "deny",
            holds=_OPERATORS[check.comparison] if check else operator.ge,
            threshold=check.threshold if check else 0.0,
            upward=check.upward if check else True,
        )

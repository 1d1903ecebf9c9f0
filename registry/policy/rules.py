"""One rule of a policy: what is demanded of the evidence, and why."""

from __future__ import annotations

from functools import cached_property
from typing import Final, Literal, Self

from pydantic import model_validator

from registry.policy.fields import CheckDuration, Count, Part, RuleId, Text, Threshold

ForEach = Literal[
    "column", "pair", "secret", "excluded", "group", "constraint", "model", "attack", "probe"
]
Budget = Literal[
    "source.exposed_epsilon",
    "source.exposed_delta",
    "source.run_epsilon",
    "source.run_delta",
    "source.budget_used",
]
Comparison = Literal["lt", "lte", "gt", "gte"]
Holdout = Literal["required", "optional"]
Level = Literal["audit", "warn", "enforce"]
OnMissing = Literal["undecided", "deny"]
Severity = Literal["low", "medium", "high", "critical"]

COMPARISONS: Final[tuple[Comparison, ...]] = ("lt", "lte", "gt", "gte")
LEVELS: Final[tuple[Level, ...]] = ("audit", "warn", "enforce")
"""From the least to the most: recorded only, shown as a warning, or denied by."""


class Check(Part):
    """One comparison: a metric, the bound of its confidence interval, or a budget, against a
    threshold. ``min_n``, ``holdout`` and ``max_age`` are demands on the evidence beyond those of
    the policy.
    """

    metric: Text | None = None
    budget: Budget | None = None
    for_each: ForEach | None = None
    bound: Literal["lower", "upper"] | None = None
    lt: Threshold | None = None
    lte: Threshold | None = None
    gt: Threshold | None = None
    gte: Threshold | None = None
    min_n: Count | None = None
    holdout: Holdout | None = None
    max_age: CheckDuration | None = None

    @model_validator(mode="after")
    def _reads_one_thing(self) -> Self:
        if (self.metric is None) == (self.budget is None):
            raise ValueError("exactly one of metric, budget")
        return self

    @model_validator(mode="after")
    def _compares_once(self) -> Self:
        if sum(getattr(self, name) is not None for name in COMPARISONS) != 1:
            raise ValueError(f"exactly one of {', '.join(COMPARISONS)}")
        return self

    @cached_property
    def reads(self) -> str:
        """The id of the metric, or of the budget."""
        return self.metric or str(self.budget)

    @cached_property
    def comparison(self) -> Comparison:
        """Which of the four comparisons the check makes."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)

    @cached_property
    def threshold(self) -> float:
        """What is compared with, in the unit of the metric."""
        return float(getattr(self, self.comparison))

    @property
    def upward(self) -> bool:
        """Whether more is better: the check demands at least something."""
        return self.comparison in ("gt", "gte")


class Reference(Part):
    """Where a rule comes from: a law, a standard, a paper, and the place in it."""

    scheme: Text
    clause: Text


class Rule(Part):
    """One demand, with its reason: a typed ``check``, or an ``expr`` in CEL that must be true.

    ``enforcement`` overrides the policy's; ``message`` is what a failed ``expr`` says.
    """

    id: RuleId
    title: Text | None = None
    check: Check | None = None
    expr: Text | None = None
    message: Text | None = None
    severity: Severity = "medium"
    enforcement: Level | None = None
    on_missing_evidence: OnMissing | None = None
    rationale: Text | None = None
    references: tuple[Reference, ...] = ()
    remediation: Text | None = None

    @model_validator(mode="after")
    def _demands_one_thing(self) -> Self:
        if (self.check is None) == (self.expr is None):
            raise ValueError("exactly one of check, expr")
        if self.message is not None and self.expr is None:
            raise ValueError("a message only beside an expr; a check words its own")
        return self

"""POL-3xx: comparisons that mean something other than they seem to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.policy.expression import FACTS, names_in
from registry.policy.known import KnownMetric
from registry.policy.lints.rule import About, Hit, LintRule
from registry.policy.rules import Check, Rule
from registry.policy.wording import exact
from registry.yaml_reader import Path


def _checks(about: About) -> Iterator[tuple[Rule, Check, KnownMetric, Path]]:
    for rule, path in about.written:
        if rule.check:
            yield rule, rule.check, about.policy.metrics[rule.check.reads], (*path, "check")


def _point(about: About) -> Iterator[Hit]:
    for rule, check, metric, path in _checks(about):
        if metric.sampled and check.bound is None:
            bound = "lower" if check.upward else "upper"
            yield Hit(
                path,
                f"{rule.id} compares the estimate of {metric.id}, which has an interval; "
                f"bound: {bound} is its cautious end",
            )


def _unmeetable(about: About) -> Iterator[Hit]:
    for rule, check, metric, path in _checks(about):
        limit = metric.high if check.upward else metric.low
        if limit is not None and _beyond(check, limit):
            yield Hit((*path, check.comparison), _limited(rule, check, metric, "no value meets"))


def _vacuous(about: About) -> Iterator[Hit]:
    for rule, check, metric, path in _checks(about):
        limit = metric.low if check.upward else metric.high
        if limit is not None and _within(check, limit):
            yield Hit((*path, check.comparison), _limited(rule, check, metric, "every value meets"))


def _beyond(check: Check, limit: float) -> bool:
    """Whether even the best value there is fails."""
    room = limit - check.threshold if check.upward else check.threshold - limit
    return room < 0 or (room == 0 and check.comparison in ("lt", "gt"))


def _within(check: Check, limit: float) -> bool:
    """Whether even the worst value there is passes."""
    room = limit - check.threshold if check.upward else check.threshold - limit
    return room > 0 or (room == 0 and check.comparison in ("lte", "gte"))


def _limited(rule: Rule, check: Check, metric: KnownMetric, said: str) -> str:
    limits = [
        f"{word} {exact(limit)}"
        for word, limit in (("at least", metric.low), ("at most", metric.high))
        if limit is not None
    ]
    demand = f"{check.comparison} {exact(check.threshold)}"
    return f"{rule.id}: {said} {demand}, for {metric.id} is {' and '.join(limits)}"


def _wrong_way(about: About) -> Iterator[Hit]:
    better = {True: "lower", False: "higher"}
    for rule, check, metric, path in _checks(about):
        if metric.direction == better[check.upward]:
            side = "from below" if check.upward else "from above"
            what = f"{rule.id} bounds {metric.id} {side}, of which {metric.direction} is better"
            yield Hit((*path, check.comparison), what)


def _constant(about: About) -> Iterator[Hit]:
    for rule, path in about.written:
        if rule.expr is not None and not _varies(about, rule):
            yield Hit((*path, "expr"), f"{rule.id} names no metric and no fact: it never changes")


def _varies(about: About, rule: Rule) -> bool:
    """Whether an expression names what differs from one request to another."""
    named = names_in(rule.expr or "")
    facts = any(name == fact or name.startswith(f"{fact}.") for name in named for fact in FACTS)
    return facts or bool(about.policy.expressions[rule.id].metrics)


def _bare_expression(about: About) -> Iterator[Hit]:
    """An expression is given the values of metrics, never the ends of their intervals."""
    for rule, path in about.written:
        if rule.expr is None:
            continue
        for name in about.policy.expressions[rule.id].metrics:
            if about.policy.metrics[name].sampled:
                what = f"{rule.id} reads the estimate of {name}, which has an interval"
                yield Hit((*path, "expr"), what)


RULES: Final = (
    LintRule(
        id="POL-301",
        name="point-estimate",
        severity="warning",
        find=_point,
        why="An estimate from few rows is below a threshold by chance; the cautious end of its "
        "interval is not.",
        example="check: {metric: privacy.linkability, lte: 0.2}",
        remedy="compare a bound: upper with lt and lte, lower with gt and gte",
    ),
    LintRule(
        id="POL-302",
        name="unmeetable-threshold",
        severity="error",
        find=_unmeetable,
        why="Beyond the range of a metric nothing passes: the rule denies everything, by mistake.",
        example="check: {metric: fidelity.shape, forEach: column, gte: 90}  # a share, 0 to 1",
        remedy="write the threshold in the unit of the metric; `registry metrics show` tells it",
    ),
    LintRule(
        id="POL-303",
        name="vacuous-threshold",
        severity="error",
        find=_vacuous,
        why="At the end of the range of a metric everything passes, and the rule protects nobody.",
        example="check: {metric: privacy.linkability, bound: upper, lte: 1}",
        remedy="set a threshold inside the range of the metric, or drop the rule",
    ),
    LintRule(
        id="POL-304",
        name="wrong-direction",
        severity="error",
        find=_wrong_way,
        why="A floor under a risk, or a ceiling over a merit, passes the worst data there is.",
        example="check: {metric: privacy.linkability, bound: lower, gte: 0.2}",
        remedy="turn the comparison round",
    ),
    LintRule(
        id="POL-305",
        name="constant-expression",
        severity="error",
        find=_constant,
        why="An expression over parameters alone is true of every dataset, or of none.",
        example='expr: "params.limit > 1.0"',
        remedy="name a metric, or a fact of the request, the dataset or the source",
    ),
    LintRule(
        id="POL-306",
        name="point-estimate-in-expression",
        severity="info",
        find=_bare_expression,
        why="Expressions see values and not intervals, so that chance can make them true.",
        example="expr: \"privacy.linkability < 0.2 || source.classification == 'public'\"",
        remedy="move the comparison to a check with a bound, if it can stand by itself",
    ),
)

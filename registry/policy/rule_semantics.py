"""What makes a well-formed rule meaningless: an unknown metric, a bound that lets doubt pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from registry.marked_yaml import Path, Problem, shown, suggestion
from registry.policy.expression import FACTS, ExpressionError, compiled, placeholders
from registry.policy.known import BUDGETS, KnownMetric
from registry.policy.rules import Check, Rule

# The bound on the unfavourable side of the estimate. The other one would let uncertainty pass:
# the fewer records were measured, the easier the rule.
_CAUTIOUS_BOUND: Final = {"lt": "upper", "lte": "upper", "gt": "lower", "gte": "lower"}
_OF_METRICS: Final = {
    "for_each": "forEach",
    "bound": "bound",
    "min_n": "minN",
    "holdout": "holdout",
    "max_age": "maxAge",
}


def rule_problems(
    rules: Iterable[Rule], metrics: Mapping[str, KnownMetric], params: Mapping[str, object]
) -> Iterator[Problem]:
    """Everything wrong with the rules beyond their form."""
    for index, rule in enumerate(rules):
        path: Path = ("spec", "rules", index)
        if rule.check is not None:
            yield from _check(rule.check, metrics, (*path, "check"))
        elif rule.expr is not None:
            yield from _expression(rule.expr, metrics, params, (*path, "expr"))
        yield from _message(rule.message or "", params, (*path, "message"))


def _check(check: Check, metrics: Mapping[str, KnownMetric], path: Path) -> Iterator[Problem]:
    if check.metric is None:
        yield from _budget(check, path)
        return
    metric = metrics.get(check.metric)
    if check.metric in BUDGETS:
        # As a metric it would escape what holds for budgets, and a floor for spending would load.
        what = f"{check.metric} is a budget and no metric"
        yield Problem((*path, "metric"), what, f"budget: {check.metric}")
    elif metric is None:
        what = f"unknown metric {shown(check.metric)}"
        yield Problem((*path, "metric"), what, suggestion(check.metric, metrics.keys() - BUDGETS))
    else:
        yield from _scope(check, metric, path)
    cautious = _CAUTIOUS_BOUND[check.comparison]
    if check.bound not in (None, cautious):
        what = f"bound {check.bound} with {check.comparison} lets uncertainty pass"
        yield Problem((*path, "bound"), what, f"bound: {cautious}")


def _scope(check: Check, metric: KnownMetric, path: Path) -> Iterator[Problem]:
    if (check.for_each or "") == metric.scope:
        return
    if not metric.scope:
        what, expected = f"{metric.id} is measured once a table", "no forEach"
    else:
        given = f", not for each {check.for_each}" if check.for_each else ""
        what = f"{metric.id} is measured for each {metric.scope}{given}"
        expected = f"forEach: {metric.scope}"
    yield Problem((*path, "forEach"), what, expected)


def _budget(check: Check, path: Path) -> Iterator[Problem]:
    """A budget is one number that is not to be exceeded."""
    if check.upward:
        what = f"{check.reads} is what was spent: more of it is no merit"
        yield Problem((*path, check.comparison), what, "lt or lte")
    for name, written in _OF_METRICS.items():
        if getattr(check, name) is not None:
            what = f"{written} has no meaning for a budget, which is reckoned and not measured"
            yield Problem((*path, written), what, f"no {written}")


def _expression(
    text: str,
    metrics: Mapping[str, KnownMetric],
    params: Mapping[str, object],
    path: Path,
) -> Iterator[Problem]:
    whole = [name for name, metric in metrics.items() if not metric.scope and name not in BUDGETS]
    try:
        compiled(text, whole, params)
    except ExpressionError as error:
        where = f"line {error.line}, column {error.column} of the expression"
        what, expected = _elsewhere(error.unknown, metrics) or (error.what, error.expected)
        yield Problem(path, f"{what} ({where})", expected)


def _elsewhere(name: str | None, metrics: Mapping[str, KnownMetric]) -> tuple[str, str] | None:
    """What is known of a name that an expression may not use and a check may."""
    if name in BUDGETS:
        return f"{name} is a budget", f"a check with budget: {name}"
    metric = metrics.get(name or "")
    if metric is None:
        return None
    what = f"{name} is measured for each {metric.scope} and not once a table"
    return what, f"a check with metric: {name} and forEach: {metric.scope}"


def _message(message: str, params: Mapping[str, object], path: Path) -> Iterator[Problem]:
    known = {*FACTS, *(f"params.{name}" for name in params)}
    for name in dict.fromkeys(placeholders(message)):
        if name not in known:
            what = f"the message names the unknown {{{shown(name)[1:-1]}}}"
            yield Problem(path, what, suggestion(name, known))

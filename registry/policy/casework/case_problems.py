"""What makes a well-formed case meaningless: names nobody knows, and a request half asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from registry.marked_yaml import Path, Problem, suggestion
from registry.policy import jurisdictions
from registry.policy.casework.cases import CaseFile, Measured, Situation
from registry.policy.casework.situations import named, subject_of
from registry.policy.facts import Subject
from registry.policy.known import KnownMetric
from registry.policy.loader import Policy
from registry.policy.matching import scopes

REGISTRY_RULES = ("registry.source-confirmed", "registry.policy-matches", "registry.budget")
TERMS = ("uses", "sharing", "review")


def case_problems(
    file: CaseFile, policy: Policy, metrics: Mapping[str, KnownMetric]
) -> Iterator[Problem]:
    """Everything wrong with the cases of a policy beyond their form."""
    given = file.document.given
    yield from _situation(given, subject_of(given, Situation()), metrics, ("given",), policy)
    for index, case in enumerate(file.document.cases):
        path: Path = ("cases", index)
        yield from _asked(given, case, path)
        yield from _situation(case, subject_of(given, case), metrics, path, policy)
        yield from _rules(case.expect.findings, policy, (*path, "expect", "findings"))


def _asked(given: Situation, case: Situation, path: Path) -> Iterator[Problem]:
    for key in ("use", "audience"):
        if getattr(given, key) is None and getattr(case, key) is None:
            yield Problem(path, f"the case names no {key}", f"{key} here, or under given")


def _situation(
    part: Situation,
    subject: Subject,
    metrics: Mapping[str, KnownMetric],
    path: Path,
    policy: Policy,
) -> Iterator[Problem]:
    if part.jurisdiction and part.jurisdiction not in jurisdictions.known():
        what = f"unknown jurisdiction {part.jurisdiction!r}"
        yield Problem((*path, "jurisdiction"), what, "an ISO 3166-1 alpha-2 code or a group")
    for index, one in enumerate(part.with_):
        yield from _measured(one, subject, metrics, (*path, "with", index))
    for index, text in enumerate(part.without):
        if text not in _removable(text, subject, metrics):
            what = f"unknown measurement {text!r}"
            near = suggestion(text, _removable(text, subject, metrics))
            yield Problem((*path, "without", index), what, near)
    for index, waiver in enumerate(part.waivers or ()):
        yield from _rules({waiver.rule: ""}, policy, (*path, "waivers", index, "rule"), own=True)


def _measured(
    one: Measured, subject: Subject, metrics: Mapping[str, KnownMetric], path: Path
) -> Iterator[Problem]:
    metric = metrics.get(one.metric)
    if metric is None:
        what = f"unknown metric {one.metric!r}"
        yield Problem((*path, "metric"), what, suggestion(one.metric, metrics))
        return
    known = scopes(metric, subject)
    if one.scope is not None and one.scope not in known:
        what = f"{metric.id} is not measured for {', '.join(one.scope) or 'the whole table'}"
        near = "; ".join(", ".join(scope) for scope in known) or "nothing: declare it first"
        yield Problem((*path, "scope"), what, f"one of: {near}" if any(known) else "no scope")


def _removable(text: str, subject: Subject, metrics: Mapping[str, KnownMetric]) -> set[str]:
    metric = metrics.get(text.partition("[")[0])
    if metric is None:
        return set(metrics)
    return {name for scope in scopes(metric, subject) for name in named((metric.id, scope))}


def _rules(
    findings: Mapping[str, str], policy: Policy, path: Path, *, own: bool = False
) -> Iterator[Problem]:
    ids = [rule.id for _, rule in policy.rules]
    known = ids if own else [*ids, *TERMS, *REGISTRY_RULES]
    for name in findings:
        if name not in known:
            what = f"{policy.id} has no rule {name!r}"
            yield Problem(path if own else (*path, name), what, suggestion(name, known))

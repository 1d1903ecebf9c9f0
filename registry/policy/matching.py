"""Which policies govern a request, and what a rule ranges over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from typing import Final

from registry.policy.decision import PolicyRef
from registry.policy.demand import reference
from registry.policy.document import Condition, Exclude, Match
from registry.policy.facts import Context, Subject
from registry.policy.known import KnownMetric
from registry.policy.loader import Policy


def matching(
    policies: Iterable[Policy], subject: Subject, context: Context
) -> dict[PolicyRef, Policy]:
    """The policies that govern the request, each once, in the order of their names."""
    found = {reference(one): one for one in policies if _governs(one, subject, context)}
    return dict(sorted(found.items()))


ABSENT: Final = {
    "column": "no column is of a type that the metric applies to",
    "secret": "no column is of a type that the metric applies to",
    "pair": "no two columns are of a type that the metric applies to",
    "excluded": "no column is free text or an identifier",
    "group": "the card declares no subgroup",
    "constraint": "the card declares no constraint",
}
"""Why a metric has nothing to be measured for, by what it is measured for."""


def scopes(metric: KnownMetric, subject: Subject) -> list[tuple[str, ...]]:
    """What a rule on ``metric`` ranges over: the committed schema, what the card declares, or the
    fixed places of the metric; in order.

    The measurements present have no say here: one that is absent must leave a finding.
    """
    if metric.places:
        return list(metric.places)
    if metric.scope in ("column", "secret", "excluded"):
        return [(name,) for name in _columns(metric, subject)]
    if metric.scope == "pair":
        return list(combinations(_columns(metric, subject), 2))
    if metric.scope == "group":
        return [(name,) for name in subject.subgroups]
    if metric.scope == "constraint":
        return [(text,) for text in subject.constraints]
    return [()]


def _columns(metric: KnownMetric, subject: Subject) -> list[str]:
    """The columns that the metric applies to; one of unknown type counts, so that it is missed."""
    return [
        name
        for name in subject.columns
        if not metric.kinds or subject.kinds.get(name, metric.kinds[0]) in metric.kinds
    ]


def _governs(policy: Policy, subject: Subject, context: Context) -> bool:
    """Whether it governs under the source's classification, or under the one the card raises it to.

    By either: raising a classification may add policies and must not shake one off.
    """
    if _governs_as(policy, subject, context):
        return True
    if subject.raised is None or subject.raised == subject.classification:
        return False
    return _governs_as(policy, replace(subject, classification=subject.raised), context)


def _governs_as(policy: Policy, subject: Subject, context: Context) -> bool:
    spec = policy.document.spec
    if spec.match is None or not _fits(spec.match, subject, context):
        return False
    return spec.exclude is None or not _fits(spec.exclude, subject, context)


def _fits(terms: Match | Exclude, subject: Subject, context: Context) -> bool:
    """Whether every condition of ``all`` holds, and one of ``any`` where there are some."""
    some = not terms.any or any(_holds(one, subject, context) for one in terms.any)
    return some and all(_holds(one, subject, context) for one in terms.all)


def _holds(condition: Condition, subject: Subject, context: Context) -> bool:
    facts = (
        (condition.classification, subject.classification),
        (condition.modality, subject.modality),
        (condition.source, subject.source),
        (condition.audience, context.audience),
        (condition.use, context.use),
    )
    return all(not accepted or fact in accepted for accepted, fact in facts)

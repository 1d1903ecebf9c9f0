"""Which policies govern a request, and what a rule ranges over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from registry.policy.decision import PolicyRef
from registry.policy.document import Check, Condition
from registry.policy.facts import Context, Subject
from registry.policy.loader import Policy


def reference(policy: Policy) -> PolicyRef:
    """The policy's name, version and digest."""
    return PolicyRef(policy.id, policy.version, policy.digest)


def matching(
    policies: Iterable[Policy], subject: Subject, context: Context
) -> dict[PolicyRef, Policy]:
    """The policies that govern the request, each once, in the order of their names."""
    found = {reference(one): one for one in policies if _governs(one, subject, context)}
    return dict(sorted(found.items()))


def scopes(check: Check, subject: Subject) -> list[tuple[str, ...]]:
    """Every column, pair or secret of the committed schema, in its order; or the one whole table.

    The measurements present have no say here: one that is absent must leave a finding.
    """
    if check.for_each is None:
        return [()]
    if check.for_each == "pair":
        return list(combinations(subject.columns, 2))
    return [(column,) for column in subject.columns]


def _governs(policy: Policy, subject: Subject, context: Context) -> bool:
    """Whether it governs under the source's classification, or under the one the card raises it to.

    By either: raising a classification may add policies and must not shake one off.
    """
    classifications = {subject.classification, subject.raised or subject.classification}
    return any(
        _governs_as(policy, replace(subject, classification=one), context)
        for one in classifications
    )


def _governs_as(policy: Policy, subject: Subject, context: Context) -> bool:
    spec = policy.document.spec
    excluded = spec.exclude is not None and _all_hold(spec.exclude.all, subject, context)
    return _all_hold(spec.match.all, subject, context) and not excluded


def _all_hold(conditions: Iterable[Condition], subject: Subject, context: Context) -> bool:
    return all(_holds(condition, subject, context) for condition in conditions)


def _holds(condition: Condition, subject: Subject, context: Context) -> bool:
    facts = (
        (condition.classification, subject.classification),
        (condition.modality, subject.modality),
        (condition.audience, context.audience),
    )
    return all(not accepted or fact in accepted for accepted, fact in facts)

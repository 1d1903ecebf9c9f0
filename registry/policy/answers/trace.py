"""Why a request was decided as it was: every policy, those that did not match with the condition
that failed, and every finding of those that did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from registry.policy.answers.inquiry import Inquiry
from registry.policy.decision import Decision, Finding, PolicyRef
from registry.policy.demand import reference
from registry.policy.document import Condition, Exclude, Match
from registry.policy.facts import Context, Subject
from registry.policy.loader import Policy
from registry.policy.matching import matching
from registry.policy.wording import plain


@dataclass(frozen=True)
class Traced:
    """One policy on one request. ``reasons`` say why it does not govern; empty where it does."""

    policy: PolicyRef
    governs: bool
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]


def trace(inquiry: Inquiry, decision: Decision) -> list[Traced]:
    """Every policy in the order of their names, with what ``decision`` found under it."""
    policies = {reference(one): one for one in inquiry.policies}
    return [
        Traced(
            ref,
            ref in decision.policies,
            () if ref in decision.policies else tuple(unmatched(policies[ref], inquiry)),
            tuple(finding for finding in decision.findings if finding.policy == ref),
        )
        for ref in sorted(policies)
    ]


def unmatched(policy: Policy, inquiry: Inquiry) -> list[str]:
    """Why a policy does not govern a request, a reason for each condition; none if it does."""
    subject, context = inquiry.subject, inquiry.context
    if matching([policy], subject, context):
        return []
    # A policy governs under the source's classification or under the one the card raises it to;
    # where it does not, it fails under both, and what is common to both is said once.
    classes = dict.fromkeys((subject.classification, subject.raised or subject.classification))
    found = [
        reason
        for one in classes
        for reason in _reasons(policy, replace(subject, classification=one), context)
    ]
    return list(dict.fromkeys(found))


def _reasons(policy: Policy, subject: Subject, context: Context) -> Iterator[str]:
    spec = policy.document.spec
    if spec.match is None:
        yield "it is a base for other policies and governs nothing itself"
        return
    failed = [f"match.{reason}" for reason in _unfit(spec.match, subject, context)]
    yield from failed
    excluded = spec.exclude is not None and not any(_unfit(spec.exclude, subject, context))
    if spec.exclude is not None and excluded and not failed:
        yield f"exclude: {_stated(spec.exclude, subject, context)}"


def _unfit(terms: Match | Exclude, subject: Subject, context: Context) -> Iterator[str]:
    """Every condition of ``all`` that fails, and ``any`` where none of its conditions holds."""
    for number, condition in enumerate(terms.all):
        for reason in _failing(condition, subject, context):
            yield f"all[{number}]: {reason}"
    ways = [_failing(condition, subject, context) for condition in terms.any]
    if ways and all(ways):
        yield "any: none holds; " + "; ".join(" and ".join(way) for way in ways)


def _failing(condition: Condition, subject: Subject, context: Context) -> list[str]:
    return [
        f"{name} is {plain(fact)}, not {' or '.join(accepted)}"
        for name, accepted, fact in _compared(condition, subject, context)
        if accepted and fact not in accepted
    ]


def _stated(terms: Exclude, subject: Subject, context: Context) -> str:
    """The facts by which a request is left out."""
    holding = [
        condition
        for condition in (*terms.all, *terms.any)
        if not _failing(condition, subject, context)
    ]
    facts = [
        f"{name} is {plain(fact)}"
        for condition in holding
        for name, accepted, fact in _compared(condition, subject, context)
        if accepted
    ]
    return ", ".join(dict.fromkeys(facts))


def _compared(
    condition: Condition, subject: Subject, context: Context
) -> Sequence[tuple[str, tuple[str, ...], str]]:
    return (
        ("classification", condition.classification, subject.classification),
        ("modality", condition.modality, subject.modality),
        ("source", condition.source, subject.source),
        ("audience", condition.audience, context.audience),
        ("use", condition.use, context.use),
    )

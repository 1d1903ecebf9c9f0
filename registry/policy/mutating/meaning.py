"""What a policy decides by, in one form: two policies that mean the same decide alike.

Left out is what no decision can depend on: titles and reasons, the order of lists, a use that is
denied beside not being allowed, terms for an audience that is never asked about, a bound of a
metric without an interval, the age of a claim.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from registry.policy.expiry import days
from registry.policy.known import RECKONED, KnownMetric
from registry.policy.loader import Policy
from registry.policy.mutating.reach import reachable
from registry.policy.rules import Check, Rule

_NEVER: Final = ""


def meaning(policy: Policy) -> Hashable:
    """A value that is equal for policies that decide alike on every request.

    Equal values prove it; different ones do not prove the contrary.
    """
    spec = policy.document.spec
    approvals = spec.approvals
    rules = {rule.id: _rule(policy, author, rule) for author, rule in policy.rules}
    return (
        policy.document.metadata.review_by,
        spec.match,
        spec.exclude,
        _uses(policy),
        _sharing(policy),
        frozenset(rules.items()),
        frozenset((seat.role, seat.min) for seat in approvals.quorum),
        frozenset(approvals.separation),
        days(approvals.valid_for),
        approvals.author_window and days(approvals.author_window),
        approvals.signatures,
        _waivers(policy),
    )


def _uses(policy: Policy) -> Hashable:
    uses = policy.document.spec.uses
    allowed = set(uses.allow) - set(uses.deny)
    return frozenset(use for use in allowed if reachable(policy, "use", use))


def _sharing(policy: Policy) -> Hashable:
    return frozenset(
        (row.audience, frozenset(row.jurisdictions), row.agreement, row.expires_after)
        for row in policy.document.spec.sharing
        if row.effect == "allow" and reachable(policy, "audience", row.audience)
    )


def _waivers(policy: Policy) -> Hashable:
    """Only of rules that can keep a release back is there anything to waive."""
    terms = policy.document.spec.waivers
    held = {rule.id for _, rule in policy.rules if "enforce" in _levels(policy, rule)}
    allowed = frozenset(terms.allowed) & held if terms else frozenset()
    if terms is None or not allowed:
        return None
    return allowed, days(terms.max_duration), terms.approver


def _rule(policy: Policy, author: Policy, rule: Rule) -> Hashable:
    spec = policy.document.spec
    levels = _levels(policy, rule)
    denies = (rule.on_missing_evidence or spec.on_missing_evidence) == "deny"
    what = _check(policy, rule.check, author.metrics[rule.check.reads]) if rule.check else rule.expr
    terms = None if rule.check else (spec.evidence.max_age, spec.evidence.holdout)
    params = None if rule.check else frozenset(author.document.spec.params.items())
    return levels, denies and "enforce" in levels, what, terms, params


def _levels(policy: Policy, rule: Rule) -> tuple[str, ...]:
    """The level before any step of the ramp, and after each."""
    enforcement = policy.document.spec.enforcement
    days_ = (_NEVER, *(step.start for step in enforcement.ramp))
    if rule.enforcement:
        return (rule.enforcement,)
    return tuple(text for day in days_ for text in (day, enforcement.level_on(day)))


def _check(policy: Policy, check: Check, metric: KnownMetric) -> Hashable:
    terms = policy.document.spec.evidence
    compared = check.reads, check.comparison, check.threshold
    if metric.id in RECKONED:
        return compared
    ages = [days(one) for one in (terms.max_age, check.max_age) if one]
    return (
        *compared,
        check.bound if metric.sampled else None,
        check.min_n if (check.min_n or 0) > 0 else None,
        check.holdout or terms.holdout,
        min(ages, default=None),
    )

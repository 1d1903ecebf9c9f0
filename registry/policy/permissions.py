"""Findings that need no measurement: the policy's review, the use, the audience and the place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from registry.policy import jurisdictions
from registry.policy.decision import Finding, Verdict
from registry.policy.demand import reference
from registry.policy.document import Sharing
from registry.policy.expiry import expired
from registry.policy.facts import Context, Evidence, Subject
from registry.policy.loader import Policy
from registry.policy.wording import plain

_TITLES: Final = {
    "registry.source-confirmed": "What the policies match on is settled",
    "registry.policy-matches": "At least one policy governs the request",
    "registry.budget": "The source's budget is not exceeded",
    "review": "The policy is within its review date",
    "uses": "The use is allowed",
    "sharing": "The audience and the place are allowed",
}


def registry_findings(subject: Subject, context: Context, matches: int) -> Iterator[Finding]:
    """What the registry itself demands before any policy is read."""
    yield _confirmed(subject)
    yield _governed(subject, context, matches)


def budget_findings(subject: Subject, evidence: Iterable[Evidence]) -> Iterator[Finding]:
    """A finding if the release would exceed a budget in force, or nobody can tell; else none.

    It needs no policy: what was declared binds. ``evidence`` is of ``source.budget_used``.
    """
    for one in evidence:
        if one.dataset_digest != subject.content_digest:
            continue
        known = one.status == "measured" and one.value is not None
        if not known or not (one.value or 0.0) <= 1:
            yield _finding(
                None,
                "registry.budget",
                "fail" if known else "missing",
                observed="exceeded" if known else "not known",
                expected="at most what was declared",
                message=plain(one.cause or "what would be spent of the budget is not known"),
                remediation="See `registry budget show`; a change of the budget is a new "
                "declaration with a reason, signed by two people.",
            )


def permission_findings(policy: Policy, context: Context, now: datetime) -> Iterator[Finding]:
    """What one matching policy says of the request itself."""
    if policy.document.metadata.review_by is not None:
        yield _review(policy, policy.document.metadata.review_by, now)
    yield from _bases_overdue(policy, policy.bases, now)
    yield _use(policy, context)
    yield _sharing(policy, context)


def row_for(policy: Policy, context: Context) -> Sharing | None:
    """The terms a policy sets for the audience, if it serves it."""
    rows = policy.document.spec.sharing
    found = next((row for row in rows if row.audience == context.audience), None)
    return found if found and found.effect == "allow" else None


def _confirmed(subject: Subject) -> Finding:
    said = "is confirmed" if subject.source_confirmed else "is not confirmed by a steward"
    return _finding(
        None,
        "registry.source-confirmed",
        "pass" if subject.source_confirmed else "missing",
        observed="confirmed" if subject.source_confirmed else "unconfirmed",
        expected="confirmed",
        message=f"the source {plain(subject.source)} {said}",
        remediation="A steward confirms the source and its classification.",
    )


def _governed(subject: Subject, context: Context, matches: int) -> Finding:
    count = {0: "no policy matches", 1: "1 policy matches"}.get(
        matches, f"{matches} policies match"
    )
    request = (
        f"classification {plain(subject.classification)}, modality {plain(subject.modality)}, "
        f"audience {plain(context.audience)}"
    )
    return _finding(
        None,
        "registry.policy-matches",
        "pass" if matches else "fail",
        observed=f"{matches} matching",
        expected="at least 1 matching",
        message=f"{count} {request}",
        remediation="Publish a policy that governs such requests.",
    )


def _review(policy: Policy, review_by: str, now: datetime) -> Finding:
    over = expired(review_by, now)
    due = "was due for review by" if over else "is to be reviewed by"
    return _finding(
        policy,
        "review",
        "missing" if over else "pass",
        observed="overdue" if over else "in time",
        expected=f"a review by {review_by}",
        message=f"{policy.id} {due} {review_by}",
        remediation="The policy's owners review it and publish it with a new date.",
    )


def _bases_overdue(policy: Policy, bases: Iterable[Policy], now: datetime) -> Iterator[Finding]:
    """What a base awaits, those who extend it await too."""
    overdue = {
        base.id: (base, due)
        for base in _below(bases)
        if (due := base.document.metadata.review_by) is not None and expired(due, now)
    }
    for name, (base, due) in sorted(overdue.items()):
        yield _review(base, due, now)._replace(
            policy=reference(policy), origin=reference(base), scope=(name,)
        )


def _below(bases: Iterable[Policy]) -> Iterator[Policy]:
    for base in bases:
        yield base
        yield from _below(base.bases)


def _use(policy: Policy, context: Context) -> Finding:
    uses = policy.document.spec.uses
    permitted = context.use in uses.allow and context.use not in uses.deny
    said = "is denied" if context.use in uses.deny else "is not among the allowed uses"
    return _finding(
        policy,
        "uses",
        "pass" if permitted else "fail",
        observed=context.use,
        expected=f"one of: {', '.join(sorted(uses.allow)) or 'none'}",
        message=f"the use {plain(context.use)} {'is allowed' if permitted else said}",
    )


def _sharing(policy: Policy, context: Context) -> Finding:
    outcome, said = _terms(row_for(policy, context), context)
    rows = (row for row in policy.document.spec.sharing if row.effect == "allow")
    place = f" in {context.jurisdiction}" if context.jurisdiction else ""
    return _finding(
        policy,
        "sharing",
        outcome,
        observed=f"{context.audience}{place}",
        expected=f"one of: {'; '.join(sorted(map(_offer, rows))) or 'none'}",
        message=f"the audience {plain(context.audience)} {said}",
    )


def _offer(row: Sharing) -> str:
    return (
        f"{row.audience} in {', '.join(row.jurisdictions)}" if row.jurisdictions else row.audience
    )


def _terms(row: Sharing | None, context: Context) -> tuple[Verdict, str]:
    """Whether the row serves the request, in an outcome and in words."""
    if row is None:
        return "fail", "is not allowed"
    if not row.jurisdictions:
        return "pass", "is allowed"
    permitted = ", ".join(row.jurisdictions)
    if not context.jurisdiction:
        return "missing", f"is allowed in {permitted} only, and the request names no jurisdiction"
    if not jurisdictions.inside(context.jurisdiction, row.jurisdictions):
        return "fail", f"is allowed in {permitted} only, not in {plain(context.jurisdiction)}"
    return "pass", f"is allowed in {plain(context.jurisdiction)}"


def _finding(
    policy: Policy | None,
    rule: str,
    outcome: Verdict,
    observed: str,
    expected: str,
    message: str,
    remediation: str | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        title=_TITLES[rule],
        policy=reference(policy) if policy else None,
        line=policy.lines.get(rule) if policy else None,
        origin=None,
        outcome=outcome,
        verdict=outcome,
        level="enforce",
        severity="critical",
        scope=(),
        observed=observed,
        expected=expected,
        margin=None,
        evidence_id=None,
        said=message,
        remediation=remediation,
    )

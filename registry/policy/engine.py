"""Decide: all policies that govern a request, on the evidence there is, at a given time.

Deny wins, undecided beats allow, and where no policy governs, the answer is deny. The function is
pure and total: the same facts give the same decision, whatever their order.

What it cannot see is evidence that was left out. With one measurement for each metric and scope,
leaving one out never turns deny or undecided into allow. With several, leaving out the one that
fails may: the caller must hand over every admissible measurement, and the store keeps them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from typing import Any

import rfc8785

from registry.policy.assess import Index, index, read_by, rule_findings
from registry.policy.decision import Decision, Finding, Outcome, PolicyRef
from registry.policy.document import Sharing
from registry.policy.expiry import days
from registry.policy.facts import Context, Evidence, Subject
from registry.policy.loader import Policy
from registry.policy.matching import matching
from registry.policy.permissions import permission_findings, registry_findings, row_for

__all__ = ["Decision", "Finding", "PolicyRef", "decide"]


def decide(
    policies: Sequence[Policy],
    subject: Subject,
    context: Context,
    evidence: Sequence[Evidence],
    now: datetime,
) -> Decision:
    """The decision of all policies that match. ``now`` carries its offset from UTC."""
    if now.tzinfo is None:
        raise ValueError("`now` must carry an offset from UTC")
    governing = matching(policies, subject, context)
    facts = index(evidence)
    findings = (
        *registry_findings(subject, context, len(governing)),
        *chain.from_iterable(
            _policy_findings(policy, subject, context, facts, now) for policy in governing.values()
        ),
    )
    read = {one for policy in governing.values() for one in read_by(policy, subject, facts)}
    digest = _digest(subject, context, governing, read, findings)
    return _decision(tuple(governing), list(governing.values()), context, findings, digest)


def _policy_findings(
    policy: Policy, subject: Subject, context: Context, evidence: Index, now: datetime
) -> Iterator[Finding]:
    yield from permission_findings(policy, context, now)
    for rule in policy.document.spec.rules:
        yield from rule_findings(policy, rule, subject, evidence, now)


def _outcome(findings: Iterable[Finding]) -> Outcome:
    outcomes = {finding.outcome for finding in findings}
    if "fail" in outcomes:
        return "deny"
    return "undecided" if "missing" in outcomes else "allow"


def _decision(
    references: tuple[PolicyRef, ...],
    policies: Sequence[Policy],
    context: Context,
    findings: tuple[Finding, ...],
    digest: str,
) -> Decision:
    """The outcome, and of all terms the strictest."""
    approvals = [policy.document.spec.approvals for policy in policies]
    rows = [row for policy in policies if (row := row_for(policy, context))]
    return Decision(
        outcome=_outcome(findings),
        findings=findings,
        policies=references,
        quorum=_quorum(policies),
        separation=frozenset(chain.from_iterable(one.separation for one in approvals)),
        valid_for_days=min((days(one.valid_for) for one in approvals), default=None),
        expires_after_days=_expires_after(rows),
        agreements=tuple(sorted({row.agreement for row in rows if row.agreement})),
        digest=digest,
    )


def _quorum(policies: Iterable[Policy]) -> dict[str, int]:
    quorum: dict[str, int] = {}
    for policy in policies:
        for seat in policy.document.spec.approvals.quorum:
            quorum[seat.role] = max(seat.min, quorum.get(seat.role, 0))
    return dict(sorted(quorum.items()))


def _expires_after(rows: Iterable[Sharing]) -> int | None:
    return min((days(row.expires_after) for row in rows if row.expires_after), default=None)


def _digest(
    subject: Subject,
    context: Context,
    policies: Iterable[PolicyRef],
    read: Collection[str],
    findings: Iterable[Finding],
) -> str:
    """SHA-256 over RFC 8785 bytes of what was decided: ``sha256:<hex>``.

    The time of the decision and everything that moves with it stay out, so that a second signer,
    a day later, signs the same thing.
    """
    content: dict[str, Any] = {
        "subject": asdict(subject),
        "context": asdict(context),
        "policies": [policy._asdict() for policy in policies],
        "evidence": sorted(read),
        "findings": [_signed(finding) for finding in sorted(findings, key=_place)],
    }
    return f"sha256:{hashlib.sha256(rfc8785.dumps(content)).hexdigest()}"


def _place(finding: Finding) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    return finding.policy or (), finding.rule, finding.scope


def _signed(finding: Finding) -> dict[str, object]:
    """The part of a finding that a signature covers."""
    return {
        "rule": finding.rule,
        "policy": finding.policy.digest if finding.policy else None,
        "scope": list(finding.scope),
        "outcome": finding.outcome,
        "observed": finding.observed,
    }

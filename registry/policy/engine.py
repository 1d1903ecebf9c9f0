"""Decide: all policies that govern a request, on the evidence there is, at a given time.

Deny wins, undecided beats allow, and where no policy governs, the answer is deny. The function is
pure and total: the same facts give the same decision, whatever their order.

What it cannot see is evidence that was left out. With one measurement for each metric and scope,
leaving one out never turns deny or undecided into allow. With several, leaving out the one that
fails may, and so may leaving out what a budget has come to: the caller must hand over every
admissible measurement, and the store keeps them all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from registry.policy.assess import Assessment, index
from registry.policy.decision import DENYING, Decision, Finding, Outcome, PolicyRef
from registry.policy.demand import demands, reference
from registry.policy.document import Sharing
from registry.policy.expiry import days
from registry.policy.facts import Context, Evidence, Subject, Waiver
from registry.policy.known import USED
from registry.policy.loader import Policy
from registry.policy.matching import matching
from registry.policy.permissions import (
    budget_findings,
    permission_findings,
    registry_findings,
    row_for,
)
from registry.policy.waiving import in_force

__all__ = ["Decision", "Finding", "PolicyRef", "decide"]

_PLACE: Final = itemgetter(0, 1)  # of what is signed: the policy and the rule
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def decide(
    policies: Sequence[Policy],
    subject: Subject,
    context: Context,
    evidence: Sequence[Evidence],
    now: datetime,
    waivers: Sequence[Waiver] = (),
) -> Decision:
    """The decision of all policies that match. ``now`` carries its offset from UTC.

    Policies that extend others come with their bases (``registry.policy.extension``); one whose
    bases were not found raises ``ValueError``, for it would decide by half of its rules.
    """
    if now.tzinfo is None:
        raise ValueError("`now` must carry an offset from UTC")
    governing = matching(policies, subject, context)
    assessment = Assessment(subject, context, index(evidence), now)
    findings = [*registry_findings(subject, context, len(governing))]
    findings += budget_findings(subject, assessment.evidence.get((USED, ()), ()))
    for policy in governing.values():
        findings += _policy_findings(policy, assessment, waivers)
    return _decision(governing, assessment, tuple(findings))


def _policy_findings(
    policy: Policy, assessment: Assessment, waivers: Sequence[Waiver]
) -> list[Finding]:
    if len(policy.bases) != len(policy.document.spec.extends):
        raise ValueError(f"the policies that {policy.id} extends were not found before it decides")
    found = [*permission_findings(policy, assessment.context, assessment.now)]
    waived = in_force(policy, assessment.subject, waivers, assessment.now) if waivers else {}
    for demand in demands(policy, assessment.now):
        found += assessment.findings(demand, waived.get(demand.rule.id))
    return found


def _outcome(findings: Iterable[Finding]) -> Outcome:
    outcomes = {finding.outcome for finding in findings}
    if outcomes & DENYING:
        return "deny"
    return "undecided" if "missing" in outcomes else "allow"


def _decision(
    governing: Mapping[PolicyRef, Policy], assessment: Assessment, findings: tuple[Finding, ...]
) -> Decision:
    """The outcome, and of all terms the strictest."""
    policies = list(governing.values())
    approvals = [policy.document.spec.approvals for policy in policies]
    rows = [row for policy in policies if (row := row_for(policy, assessment.context))]
    windows = [days(one.author_window) for one in approvals if one.author_window]
    signed = any(one.signatures == "required" for one in approvals)
    bases = tuple(sorted({reference(base) for one in policies for base in _bases(one)}))
    waivers = tuple(sorted({one.waiver for one in findings if one.waiver}))
    return Decision(
        outcome=_outcome(findings),
        findings=findings,
        policies=tuple(governing),
        quorum=_quorum(policies),
        separation=frozenset(chain.from_iterable(one.separation for one in approvals)),
        valid_for_days=min((days(one.valid_for) for one in approvals), default=None),
        expires_after_days=_expires_after(rows),
        agreements=tuple(sorted({row.agreement for row in rows if row.agreement})),
        digest=_digest(assessment, (*governing, *bases), waivers, findings),
        bases=bases,
        waivers=waivers,
        author_window_days=max(windows, default=None),
        signatures="required" if signed else "optional",
    )


def _bases(policy: Policy) -> Iterator[Policy]:
    for base in policy.bases:
        yield base
        yield from _bases(base)


def _quorum(policies: Iterable[Policy]) -> dict[str, int]:
    quorum: dict[str, int] = {}
    for policy in policies:
        for seat in policy.document.spec.approvals.quorum:
            quorum[seat.role] = max(seat.min, quorum.get(seat.role, 0))
    return dict(sorted(quorum.items()))


def _expires_after(rows: Iterable[Sharing]) -> int | None:
    return min((days(row.expires_after) for row in rows if row.expires_after), default=None)


def _digest(
    assessment: Assessment,
    policies: Iterable[PolicyRef],
    waivers: Collection[str],
    findings: Iterable[Finding],
) -> str:
    """SHA-256 over RFC 8785 bytes of what was decided: ``sha256:<hex>``.

    The time of the decision and everything that moves with it stay out, so that a second signer,
    a day later, signs the same thing. Numbers are written as text, shortest form: then the plain
    encoder gives the bytes of RFC 8785, at a twentieth of its cost.
    """
    policies = list(policies)
    content: dict[str, Any] = {
        "subject": _asked(assessment.subject),
        "context": {
            "use": assessment.context.use,
            "audience": assessment.context.audience,
            "jurisdiction": assessment.context.jurisdiction,
        },
        "policies": [list(one) for one in policies],
        "evidence": sorted(assessment.read),
        "waivers": sorted(waivers),
        "findings": _signed(policies, findings),
    }
    text = _CANONICAL.encode(content)
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _asked(subject: Subject) -> dict[str, object]:
    return {
        "dataset": subject.dataset,
        "version": subject.version,
        "content": subject.content_digest,
        "rows": subject.rows,
        "columns": subject.columns,
        "kinds": dict(subject.kinds),
        "subgroups": subject.subgroups,
        "constraints": subject.constraints,
        "source": subject.source,
        "confirmed": subject.source_confirmed,
        "classification": subject.classification,
        "raised": subject.raised,
        "modality": subject.modality,
    }


def _signed(policies: Sequence[PolicyRef], findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    """The part of the findings that a signature covers, rule by rule: the place of its policy, its
    id, and for every scope what became of it and what was observed. Scopes keep the schema's order.
    """
    places: dict[PolicyRef | None, int] = {one: place for place, one in enumerate(policies)}
    signed: list[tuple[Any, ...]] = []
    policy, place = None, -1  # the registry itself
    rule, scopes = "", list[tuple[Any, ...]]()
    for one in findings:
        if one.policy is not policy:
            policy, place, rule = one.policy, places.get(one.policy, -1), ""
        outcome: str = one.outcome
        if outcome != one.verdict:
            outcome = f"{outcome}: {one.verdict}"
        # What a budget comes to moves with every release, and stands out as time does.
        observed = None if one.check is not None and one.check.budget else one.observed
        said = repr(observed) if type(observed) is float else observed
        if not one.scope:
            signed.append((place, one.rule, outcome, said))
            continue
        if one.rule != rule:
            rule, scopes = one.rule, []
            signed.append((place, rule, scopes))
        scopes.append((one.scope, outcome, said))
    signed.sort(key=_PLACE)
    return signed

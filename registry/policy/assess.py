"""One rule against the evidence: which measurements count, and what the worst of them says.

What counts is bound to this version's digest, fresh, measured with the holdout and the numbers
the policy asks for. Of several that count, the worst decides, and one that could not be measured
leaves the rule undecided even beside one that passed: nobody gains by measuring until it fits.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.policy import wording
from registry.policy.decision import Finding, FindingOutcome
from registry.policy.document import Rule
from registry.policy.expiry import days, stale
from registry.policy.facts import Evidence, Subject
from registry.policy.loader import Policy
from registry.policy.matching import ABSENT, reference, scopes
from registry.policy.semantics import CLAIMS

Key = tuple[str, tuple[str, ...]]
Index = Mapping[Key, Sequence[Evidence]]


@dataclass(frozen=True)
class Reading:
    """What one rule takes from the evidence: a number, or why there is none."""

    evidence_id: str | None
    number: float | None
    cause: str


def index(evidence: Iterable[Evidence]) -> Index:
    """Evidence by metric and scope, each in one order whatever the order it came in."""
    found: dict[Key, list[Evidence]] = defaultdict(list)
    for one in sorted(evidence, key=lambda one: (one.id, repr(one))):
        found[one.metric, one.scope].append(one)
    return found


def read_by(policy: Policy, subject: Subject, evidence: Index) -> Iterator[str]:
    """Digests of the evidence on this version that the policy's rules ask for."""
    for rule in policy.document.spec.rules:
        for scope in scopes(policy.metrics[rule.check.metric], subject):
            for one in evidence.get((rule.check.metric, scope), ()):
                if one.dataset_digest == subject.content_digest:
                    yield one.id


def rule_findings(
    policy: Policy, rule: Rule, subject: Subject, evidence: Index, now: datetime
) -> Iterator[Finding]:
    """One finding for each scope the rule ranges over; one as well if there is none."""
    metric = policy.metrics[rule.check.metric]
    places = scopes(metric, subject)
    if not places:
        cause = f"has nothing to range over: {ABSENT[metric.scope]}"
        yield _finding(policy, rule, (), Reading(None, None, cause))
    for scope in places:
        candidates = evidence.get((rule.check.metric, scope), ())
        yield _finding(policy, rule, scope, _read(policy, rule, subject, candidates, now))


def _read(
    policy: Policy, rule: Rule, subject: Subject, candidates: Sequence[Evidence], now: datetime
) -> Reading:
    """The reading that decides: the worst number, unless it passes and another has none."""
    own = [one for one in candidates if one.dataset_digest == subject.content_digest]
    if not own:
        return Reading(None, None, _absence(rule, bool(candidates)))
    objections = {one: _objection(policy, rule, one, now) for one in own}
    admissible = [one for one, objection in objections.items() if not objection]
    if not admissible:
        first, objection = next(iter(objections.items()))
        return Reading(first.id, None, objection or "")
    return _worst(rule, [_reading(policy, rule, one) for one in admissible])


def _absence(rule: Rule, elsewhere: bool) -> str:
    """Why there is nothing to read: a claim is made, all else is measured."""
    if rule.check.metric in CLAIMS:
        return "is not claimed: the card records no guarantee of it"
    return "was not measured" + (" on this version, only on another one" if elsewhere else "")


def _worst(rule: Rule, readings: Sequence[Reading]) -> Reading:
    gap = next((reading for reading in readings if reading.number is None), None)
    numbers = [(one.number, one) for one in readings if one.number is not None]
    if not numbers:
        return readings[0]
    number, worst = min(numbers, key=lambda pair: wording.margin(rule.check, pair[0]))
    return gap if gap and wording.holds(rule.check, number) else worst


def _objection(policy: Policy, rule: Rule, evidence: Evidence, now: datetime) -> str | None:
    """Why a measurement of this version does not count; None if it does."""
    terms = policy.document.spec.evidence
    if terms.max_age and _too_old(evidence, days(terms.max_age), now):
        taken = evidence.measured_at
        when = f"on {taken:%Y-%m-%d}" if taken else "at an unknown time"
        return f"was measured {when}, outside the {terms.max_age} that evidence may be old"
    if terms.holdout == "required" and evidence.holdout is False:
        return "was measured without a holdout"
    if rule.check.min_n and (evidence.n is None or evidence.n < rule.check.min_n):
        count = "an unknown number of" if evidence.n is None else evidence.n
        return f"rests on {count} records, where {rule.check.min_n} are demanded"
    return None


def _too_old(evidence: Evidence, max_age: int, now: datetime) -> bool:
    # A claim is as old as the card that makes it, and a change of card is new evidence.
    if evidence.metric in CLAIMS and evidence.measured_at is None:
        return False
    return stale(evidence.measured_at, max_age, now)


def _reading(policy: Policy, rule: Rule, evidence: Evidence) -> Reading:
    if evidence.status != "measured":
        why = f": {wording.plain(evidence.cause)}" if evidence.cause else ""
        return Reading(evidence.id, None, f"was not measurable{why}")
    bound = {"lower": evidence.low, "upper": evidence.high, None: evidence.value}[rule.check.bound]
    if not policy.metrics[rule.check.metric].sampled:
        bound = evidence.value
    if bound is None:
        return Reading(evidence.id, None, "was not recorded")
    # A bound around an estimate that is itself no number bounds nothing.
    if evidence.value is None or not (math.isfinite(evidence.value) and math.isfinite(bound)):
        return Reading(evidence.id, None, "is not a finite number")
    return Reading(evidence.id, float(bound), "")


def _finding(policy: Policy, rule: Rule, scope: tuple[str, ...], reading: Reading) -> Finding:
    number = reading.number
    outcome, said = _verdict(policy, rule, reading)
    return Finding(
        rule=rule.id,
        title=rule.title,
        policy=reference(policy),
        line=policy.lines.get(rule.id),
        outcome=outcome,
        severity=rule.severity,
        scope=scope,
        observed=number,
        expected=wording.expected(rule.check),
        margin=None if number is None else wording.margin(rule.check, number),
        evidence_id=reading.evidence_id,
        message=f"{wording.quantity(rule.check, scope)} {said}",
        remediation=rule.remediation,
    )


def _verdict(policy: Policy, rule: Rule, reading: Reading) -> tuple[FindingOutcome, str]:
    check, number = rule.check, reading.number
    required = f"{wording.expected(check)} is required"
    if number is not None:
        outcome: FindingOutcome = "pass" if wording.holds(check, number) else "fail"
        text = wording.measured(check, number)
        return outcome, f"is {text}, {required} ({wording.room(check, number)})"
    on_missing = rule.on_missing_evidence or policy.document.spec.on_missing_evidence
    if on_missing == "deny":
        return "fail", f"{reading.cause}; {required} (without evidence the policy denies)"
    return "missing", f"{reading.cause}; {required}"

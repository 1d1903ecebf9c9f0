"""Rules against the evidence: which measurements count, and what the worst of them says.

What counts is bound to this version's digest, fresh, measured with the holdout and the numbers
the policy asks for. Of several that count, the worst decides, and one that could not be measured
leaves the rule undecided even beside one that passed: nobody gains by measuring until it fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from math import inf, isfinite, prod
from typing import Final

from registry.policy import wording
from registry.policy.decision import Finding, FindingOutcome, Verdict
from registry.policy.demand import Demand
from registry.policy.expiry import stale
from registry.policy.expression import Expression, spoken
from registry.policy.facts import Context, Evidence, Subject, Waiver
from registry.policy.known import AUDITS, BUDGETS, CLAIMS, RECKONED, KnownMetric
from registry.policy.matching import ABSENT, scopes

WHOLE: Final[list[tuple[str, ...]]] = [()]
MOST: Final = 10_000  # choices among several measurements that one expression is tried on
Key = tuple[str, tuple[str, ...]]
Index = Mapping[Key, Sequence[Evidence]]


Reading = tuple[str | None, float | None, str]
"""What one rule takes from the evidence: its id, a number, and why there is none, or no bound. A
plain tuple, because there is one for every rule and column.
"""


def index(evidence: Sequence[Evidence]) -> Index:
    """Evidence by metric and scope, each in one order whatever the order it came in."""
    found: dict[Key, list[Evidence]] = defaultdict(list)
    for one in evidence:
        found[one.metric, one.scope].append(one)
    several_each = len(found) < len(evidence)
    for several in found.values() if several_each else ():
        if len(several) > 1:
            several.sort(key=lambda one: (one.id, repr(one)))
    return found


@dataclass
class Assessment:
    """One request and its evidence, asked by demand after demand; ``read`` grows by what they ask
    for: the digests of the evidence on this version.
    """

    subject: Subject
    context: Context
    evidence: Index
    now: datetime
    read: set[str] = field(default_factory=set)
    _scopes: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    _stale: dict[int, dict[datetime | None, bool]] = field(default_factory=dict)

    def findings(self, demand: Demand, waiver: Waiver | None) -> list[Finding]:
        """One finding for each scope the rule ranges over; one as well if there is none."""
        if demand.metric is None:
            return [self._expression(demand, waiver)]
        places, reads, evidence = self._places(demand.metric), demand.reads, self.evidence
        if places is WHOLE:
            reading = self._read(demand, evidence.get((reads, ()), ()))
            return [_finding(demand, waiver, (), reading)]
        if not places:
            cause = f"has nothing to range over: {ABSENT[demand.metric.scope]}"
            return [_finding(demand, waiver, (), (None, None, cause))]
        return [
            _finding(demand, waiver, scope, self._read(demand, evidence.get((reads, scope), ())))
            for scope in places
        ]

    def _places(self, metric: KnownMetric) -> list[tuple[str, ...]]:
        if not metric.scope:
            return WHOLE
        known = self._scopes.get(metric.id)
        if known is None:
            known = self._scopes[metric.id] = scopes(metric, self.subject)
        return known

    def _read(self, demand: Demand, candidates: Sequence[Evidence]) -> Reading:
        """The reading that decides: the worst number, unless it passes and another has none."""
        if len(candidates) == 1 and candidates[0].dataset_digest == self.subject.content_digest:
            (one,) = candidates  # nearly always
            self.read.add(one.id)
            objection = self._objection(demand, one)
            return _reading(demand, one) if objection is None else (one.id, None, objection)
        readings = self._readings(demand, candidates)
        return readings[0] if len(readings) == 1 else _worst(demand, readings)

    def _readings(self, demand: Demand, candidates: Sequence[Evidence]) -> list[Reading]:
        """What every measurement that counts says; where none does, why."""
        readings: list[Reading] = []
        objected: Reading | None = None
        for one in candidates:
            if one.dataset_digest != self.subject.content_digest:
                continue
            self.read.add(one.id)
            objection = self._objection(demand, one)
            if objection is None:
                readings.append(_reading(demand, one))
            elif objected is None:
                objected = (one.id, None, objection)
        if readings:
            return readings
        return [objected or (None, None, _absence(demand.reads, bool(candidates)))]

    def _objection(self, demand: Demand, evidence: Evidence) -> str | None:
        """Why a measurement of this version does not count; None if it does."""
        if demand.max_age is not None:
            taken, ages = evidence.measured_at, self._stale.get(demand.max_age)
            if ages is None:
                ages = self._stale[demand.max_age] = {}
            old = ages.get(taken)
            if old is None:
                old = ages[taken] = stale(taken, demand.max_age, self.now)
            # A claim is as old as the card that makes it, and a change of card is new evidence.
            if old and not (taken is None and evidence.metric in RECKONED):
                when = f"on {taken:%Y-%m-%d}" if taken else "at an unknown time"
                return (
                    f"was measured {when}, outside the P{demand.max_age}D that evidence may be old"
                )
        if demand.holdout and evidence.holdout is False:
            return "was measured without a holdout"
        if demand.min_n and (evidence.n is None or evidence.n < demand.min_n):
            count = "an unknown number of" if evidence.n is None else evidence.n
            return f"rests on {count} records, where {demand.min_n} are demanded"
        return None

    def _expression(self, demand: Demand, waiver: Waiver | None) -> Finding:
        """A rule in CEL: every metric it names must be there and finite before it runs.

        Nobody knows which of several measurements is the worst for it, so it must hold whichever
        is taken; and one that could not be measured leaves it open even where it holds.
        """
        expression = demand.expression
        assert expression is not None
        numbers: list[list[float]] = []
        gap: Finding | None = None
        for metric in expression.metrics:
            found = self._readings(demand.of(metric), self.evidence.get((metric, ()), ()))
            numbers.append(sorted({one for _, one, _ in found if one is not None}))
            for evidence_id, number, cause in found:
                if number is None and gap is None:
                    gap = _spoken(demand, waiver, "missing", f"{metric} {cause}", evidence_id)
        if gap and not all(numbers):
            return gap
        why = self._why_not(expression, numbers)
        if why is None:
            return gap or _spoken(demand, waiver, "pass", "is true", None)
        verdict: Verdict = "fail" if why == "is false" else "error"
        message = demand.rule.message
        said = spoken(message, self.subject, self.context, expression.params) if message else why
        if verdict == "error":
            said = why
        return _spoken(demand, waiver, verdict, wording.plain(said), None)

    def _why_not(self, expression: Expression, numbers: Sequence[Sequence[float]]) -> str | None:
        """Why an expression does not pass for every choice of one number a metric."""
        if prod(map(len, numbers)) > MOST:
            return f"has more than {MOST} combinations of measurements to hold for"
        chosen = (dict(zip(expression.metrics, one, strict=True)) for one in product(*numbers))
        why = (expression.holds(self.subject, self.context, one) for one in chosen)
        return next((one for one in why if one is not None), None)


def _absence(metric: str, elsewhere: bool) -> str:
    """Why there is nothing to read: claims are made, audited and added up, all else is measured."""
    if metric in CLAIMS:
        return "is not claimed: the card records no guarantee of it"
    if metric in AUDITS:
        return (
            "is not known: no audit of the claim has scores; plan one with "
            "`registry dp-audit plan` and submit its scores"
        )
    if metric in BUDGETS:
        return (
            "is not known: the source has no budget in force for this audience; two people declare "
            "one with `registry budget declare` and `registry budget sign`"
        )
    return wording.UNMEASURED + (" on this version, only on another one" if elsewhere else "")


def _worst(demand: Demand, readings: Sequence[Reading]) -> Reading:
    gap = next((reading for reading in readings if reading[1] is None), None)
    numbers = [(one[1], one) for one in readings if one[1] is not None]
    if not numbers:
        return readings[0]
    number, worst = min(numbers, key=lambda pair: demand.margin(pair[0]))
    return gap if gap and demand.met(number) else worst


def _reading(demand: Demand, evidence: Evidence) -> Reading:
    if evidence.status != "measured":
        why = f": {wording.plain(evidence.cause)}" if evidence.cause else ""
        return (evidence.id, None, f"was not measurable{why}")
    value = evidence.value
    bound: float | None = getattr(evidence, demand.bound) if demand.bound else value
    if bound is None:
        return (evidence.id, None, "was not recorded")
    # A bound around an estimate that is itself no number bounds nothing.
    if value is not None and isfinite(value) and isfinite(bound):
        # Nor does one that the estimate lies beyond: then the estimate is the worse of the two.
        worse = min if demand.upward else max
        return (evidence.id, float(worse(value, bound)), "")
    # What has been spent of a budget may be without bound, and then it meets no threshold.
    if value == inf and evidence.metric in BUDGETS:
        return (evidence.id, inf, wording.plain(evidence.cause or ""))
    return (evidence.id, None, "is not a finite number")


def _finding(
    demand: Demand, waiver: Waiver | None, scope: tuple[str, ...], reading: Reading
) -> Finding:
    evidence_id, number, cause = reading
    rule = demand.rule
    verdict: Verdict
    margin: float | None = None
    if number is None:
        verdict = "fail" if demand.denies_missing else "missing"
    else:
        room = number - demand.threshold
        verdict = "pass" if demand.holds(number, demand.threshold) else "fail"
        margin = (room if demand.upward else -room) + 0.0  # no negative zero
    # As `Finding(...)` makes it, without its call: there is one for every rule and column.
    return tuple.__new__(
        Finding,
        (
            rule.id,
            demand.title,
            demand.policy,
            demand.origin,
            demand.line,
            "pass" if verdict == "pass" else _outcome(demand, verdict, waiver),
            verdict,
            demand.level,
            rule.severity,
            scope,
            number,
            demand.expected,
            margin,
            evidence_id,
            cause,
            rule.remediation,
            waiver.id if waiver and verdict != "pass" else None,
            rule.check,
        ),
    )


def _spoken(
    demand: Demand, waiver: Waiver | None, verdict: Verdict, said: str, evidence_id: str | None
) -> Finding:
    if verdict == "missing" and demand.denies_missing:
        verdict = "fail"
    return Finding(
        rule=demand.rule.id,
        title=demand.title,
        policy=demand.policy,
        origin=demand.origin,
        line=demand.line,
        outcome=_outcome(demand, verdict, waiver),
        verdict=verdict,
        level=demand.level,
        severity=demand.rule.severity,
        scope=(),
        observed=None,
        expected=demand.expected,
        margin=None,
        evidence_id=evidence_id,
        said=said,
        remediation=demand.rule.remediation,
        waiver=waiver.id if waiver and verdict != "pass" else None,
    )


def _outcome(demand: Demand, verdict: Verdict, waiver: Waiver | None) -> FindingOutcome:
    if verdict == "pass":
        return "pass"
    if demand.level != "enforce":
        return "warn"
    return "waived" if waiver else verdict

"""The smallest change of evidence, or the waivers, that would turn a decision into allow.

Nothing here is guessed: what is proposed was put to the engine, and its answer stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from registry.policy.answers.inquiry import Inquiry
from registry.policy.answers.satisfying import satisfying
from registry.policy.answers.supposed import bound, in_place, nearest, supposed
from registry.policy.decision import BLOCKING, Decision, Finding, Outcome, PolicyRef
from registry.policy.demand import Demand, reference
from registry.policy.facts import Evidence, Waiver
from registry.policy.known import KnownMetric
from registry.policy.matching import scopes
from registry.policy.waiving import last_day

NO_EVIDENCE: Final = "no evidence changes that"
Named = Mapping[tuple[PolicyRef | None, str], Demand]
Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Need:
    """What one blocking finding needs of the evidence.

    ``number`` is the nearest one of ``bound`` that passes; None where nothing measured would do,
    or only an expression tells, and ``obstacle`` then says why. ``terms`` are what a measurement
    must be like to count, where one has to be made.
    """

    finding: Finding
    bound: str | None
    number: float | None
    terms: tuple[str, ...]
    obstacle: str | None


@dataclass(frozen=True)
class Remedy:
    """All needs, the evidence that meets those it can, and what is decided on it.

    ``left`` are the findings that block even then.
    """

    needs: tuple[Need, ...]
    evidence: tuple[Evidence, ...]
    outcome: Outcome
    left: tuple[Finding, ...]


@dataclass(frozen=True)
class Offer:
    """A waiver that would be believed: of a rule, by a role, until a day at the latest."""

    policy: PolicyRef
    rule: str
    role: str
    until: str


@dataclass(frozen=True)
class Excuse:
    """The waivers that may be given, what is decided beside them, and what blocks even then."""

    waivers: tuple[Offer, ...]
    outcome: Outcome
    left: tuple[Finding, ...]


def remedy(inquiry: Inquiry, decision: Decision) -> Remedy:
    """The nearest evidence that would be allowed, with the decision on it."""
    named = inquiry.demands()
    blocking = [finding for finding in decision.findings if finding.blocks]
    needs = tuple(_need(inquiry, finding, named) for finding in blocking)
    keys = dict.fromkeys(
        (need.finding.check.reads, need.finding.scope)
        for need in needs
        if need.finding.check and need.obstacle is None
    )
    changed = [one for key in keys if (one := supposed(inquiry, *key, _on(key, decision, named)))]
    changed = satisfying(inquiry, changed, named)
    after = in_place(inquiry, changed).decided()
    return Remedy(needs, tuple(changed), after.outcome, _blocking(after))


def excuse(inquiry: Inquiry, decision: Decision) -> Excuse:
    """The waivers that the policies allow for what blocks, with the decision beside them."""
    rules = dict.fromkeys(
        (finding.policy, finding.rule) for finding in decision.findings if finding.blocks
    )
    possible = [one for one in _waivable(inquiry) if (one.policy, one.rule) in rules]
    after = inquiry.beside(_granted(inquiry, one) for one in possible).decided()
    return Excuse(tuple(possible), after.outcome, _blocking(after))


def _waivable(inquiry: Inquiry) -> Iterator[Offer]:
    for policy in inquiry.governing():
        terms = policy.document.spec.waivers
        for rule in terms.allowed if terms else ():
            until = last_day(inquiry.now, terms.max_duration) if terms else None
            role = terms.approver if terms else ""
            yield Offer(reference(policy), rule, role, str(until))


def _granted(inquiry: Inquiry, waiver: Offer) -> Waiver:
    return Waiver(
        id=f"a waiver of {waiver.rule}",
        policy_id=waiver.policy.id,
        policy_version=waiver.policy.version,
        rule=waiver.rule,
        dataset_digest=inquiry.subject.content_digest,
        role=waiver.role,
        approver=waiver.role,
        granted_at=inquiry.now,
        until=waiver.until,
    )


def _need(inquiry: Inquiry, finding: Finding, named: Named) -> Need:
    demand = named.get((finding.policy, finding.rule))
    if demand is None:
        return Need(finding, None, None, (), NO_EVIDENCE)
    terms = _terms(demand) if finding.observed is None else ()
    if demand.metric is None:
        return Need(finding, None, None, terms, "the expression must be true")
    if finding.scope not in scopes(demand.metric, inquiry.subject):
        return Need(finding, None, None, (), "there is nothing to measure it for")
    number = nearest(demand)
    if number is None or not _possible(demand.metric, number):
        return Need(finding, bound(demand), None, terms, "no value of the metric meets it")
    return Need(finding, bound(demand), number, terms, None)


def _possible(metric: KnownMetric, number: float) -> bool:
    """Whether a metric can come to a number at all."""
    above = metric.low is None or number >= metric.low
    return above and (metric.high is None or number <= metric.high)


def _terms(demand: Demand) -> tuple[str, ...]:
    """What evidence must be like to count, in words."""
    found = ["on this version"]
    if demand.holdout:
        found.append("with a holdout where it takes one")
    if demand.min_n:
        found.append(f"on at least {demand.min_n} records")
    if demand.max_age is not None:
        found.append(f"not older than P{demand.max_age}D")
    return tuple(found)


def _on(key: Key, decision: Decision, named: Named) -> list[Demand]:
    """Everything that is enforced of one metric for one scope, what passes now included."""
    return [
        named[finding.policy, finding.rule]
        for finding in decision.findings
        if finding.check
        and (finding.check.reads, finding.scope) == key
        and finding.level == "enforce"
        and finding.outcome != "waived"
    ]


def _blocking(decision: Decision) -> tuple[Finding, ...]:
    return tuple(finding for finding in decision.findings if finding.outcome in BLOCKING)

"""What holds of every decision, whatever the policies and the evidence.

Decisions are ordered from loose to tight: allow, undecided, deny. Seeded: the same cases each run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from registry.policy.engine import Decision, decide
from registry.policy.facts import Evidence
from registry.policy.loader import Policy
from tests.unit.policy.examples import CONTEXT, DIGEST, NOW, SUBJECT, measured, policy, rule

TIGHTNESS = {"allow": 0, "undecided": 1, "deny": 2}
TABLE = replace(SUBJECT, columns=("a", "b", "c"))
METRICS = {
    "sdmetrics.quality": None,
    "privacy.linkability": None,
    "fidelity.shape": "column",
    "fidelity.trend": "pair",
    "privacy.inference": "secret",
}
PLACES: dict[str | None, list[tuple[str, ...]]] = {
    None: [()],
    "column": [("a",), ("b",), ("c",)],
    "secret": [("a",), ("b",), ("c",)],
    "pair": [("a", "b"), ("a", "c"), ("b", "c")],
}
CAUTIOUS = {"lt": "upper", "lte": "upper", "gt": "lower", "gte": "lower"}
SEEDED = settings(derandomize=True, max_examples=100, deadline=None)


@dataclass(frozen=True)
class Case:
    """Rules per policy, and at most one measurement for each metric and scope."""

    rules: tuple[tuple[dict[str, Any], ...], ...]
    evidence: tuple[Evidence, ...]

    @cached_property
    def policies(self) -> list[Policy]:
        return [policy(*rules, id=f"p{number}") for number, rules in enumerate(self.rules)]

    def decide(self, evidence: Sequence[Evidence] | None = None) -> Decision:
        facts = self.evidence if evidence is None else evidence
        return decide(self.policies, TABLE, CONTEXT, facts, NOW)


def loosens(before: Decision, after: Decision) -> bool:
    return TIGHTNESS[after.outcome] < TIGHTNESS[before.outcome]


@st.composite
def rules(draw: st.DrawFn, number: int = 0) -> dict[str, Any]:
    metric = draw(st.sampled_from(sorted(METRICS)))
    comparison = draw(st.sampled_from(sorted(CAUTIOUS)))
    room = draw(st.sampled_from([0.25, 0.125, 0.5, 0.0, -0.25]))
    threshold = 0.5 - room if comparison in ("gt", "gte") else 0.5 + room
    check: dict[str, Any] = {comparison: threshold}
    if METRICS[metric]:
        check["forEach"] = METRICS[metric]
    if draw(st.booleans()):
        check["bound"] = CAUTIOUS[comparison]
    if draw(st.booleans()):
        check["onMissingEvidence"] = draw(st.sampled_from(["deny", "undecided"]))
    return rule(metric, f"R-{number}", **check)


@st.composite
def measurements(draw: st.DrawFn, metric: str, scope: tuple[str, ...], odd: bool) -> Evidence:
    # Mostly in the middle, where most rules pass: a property of "allow" needs cases that allow.
    value = draw(st.sampled_from([0.5] * 12 + [0.0, 1.0]))
    width = draw(st.sampled_from([0.0, 0.125]))
    oddities: list[dict[str, Any]] = [
        {"value": math.nan},
        {"low": -math.inf, "high": math.inf},
        {"status": "not-measurable"},
        {"measured_at": NOW - timedelta(days=31)},
        {"holdout": False},
        {"dataset_digest": "sha256:" + "b" * 64},
    ]
    change = draw(st.sampled_from([{}] * 12 + oddities)) if odd else {}
    name = f"sha256:{metric}{scope}"
    one = measured(metric, value, *scope, id=name, low=value - width, high=value + width)
    return replace(one, **change)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    by_policy = tuple(tuple(draw(rules(number)) for number in range(size)) for size in sizes)
    odd = draw(st.booleans())
    facts = tuple(
        draw(measurements(metric, scope, odd))
        for metric, each in METRICS.items()
        for scope in PLACES[each]
    )
    return Case(by_policy, facts)


@pytest.mark.parametrize("outcome", ["allow", "undecided", "deny"])
def test_the_cases_reach_every_outcome(outcome: str) -> None:
    """Without this the properties below could hold of nothing."""
    find(
        cases(),
        lambda case: case.decide().outcome == outcome,
        settings=settings(derandomize=True, database=None, max_examples=1000, deadline=None),
    )


@SEEDED
@given(cases(), rules(9), st.data())
def test_adding_a_rule_never_loosens(
    case: Case, added: dict[str, Any], data: st.DataObject
) -> None:
    where = data.draw(st.integers(0, len(case.rules) - 1))
    more = replace(
        case,
        rules=tuple(
            (*one, added) if number == where else one for number, one in enumerate(case.rules)
        ),
    )

    assert not loosens(case.decide(), more.decide())


@SEEDED
@given(cases(), rules(9))
def test_adding_a_policy_never_loosens(case: Case, added: dict[str, Any]) -> None:
    assert not loosens(case.decide(), replace(case, rules=(*case.rules, (added,))).decide())


@SEEDED
@given(cases())
def test_dropping_any_one_measurement_never_allows(case: Case) -> None:
    before = case.decide().outcome

    for place in range(len(case.evidence)):
        after = case.decide(case.evidence[:place] + case.evidence[place + 1 :]).outcome
        assert before == "allow" or after != "allow"


@SEEDED
@given(cases())
def test_dropping_what_an_allowing_decision_read_never_allows(case: Case) -> None:
    decision = case.decide()
    assume(decision.outcome == "allow")
    read = {one.evidence_id for one in decision.findings if one.evidence_id}

    for name in read:
        assert case.decide([one for one in case.evidence if one.id != name]).outcome != "allow"


@SEEDED
@given(cases(), st.floats(0.0, 2.0), st.data())
def test_tightening_a_threshold_never_loosens(
    case: Case, amount: float, data: st.DataObject
) -> None:
    first, *others = case.rules
    place = data.draw(st.integers(0, len(first) - 1))
    check = dict(first[place]["check"])
    (comparison,) = check.keys() & CAUTIOUS.keys()
    check[comparison] += amount if comparison in ("gt", "gte") else -amount
    tighter = (*first[:place], {**first[place], "check": check}, *first[place + 1 :])

    assert not loosens(case.decide(), replace(case, rules=(tighter, *others)).decide())


@SEEDED
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_policies_rules_and_evidence_never_matters(case: Case, random: Any) -> None:
    def shuffled(items: Sequence[Any]) -> list[Any]:
        return random.sample(list(items), len(items))

    def reordered(one: Policy) -> Policy:
        # The same digest: what is compared is the reading of a policy, not the bytes of its file.
        spec = one.document.spec
        spec = spec.model_copy(update={"rules": tuple(shuffled(spec.rules))})
        return replace(one, document=one.document.model_copy(update={"spec": spec}))

    policies = [reordered(one) for one in shuffled(case.policies)]
    again = decide(policies, TABLE, CONTEXT, shuffled(case.evidence), NOW)

    before = case.decide()
    assert (again.outcome, again.digest) == (before.outcome, before.digest)
    assert sorted(map(repr, again.findings)) == sorted(map(repr, before.findings))
    assert replace(again, findings=()) == replace(before, findings=())


@SEEDED
@given(cases())
def test_the_same_facts_give_the_same_decision(case: Case) -> None:
    assert case.decide() == case.decide()


@SEEDED
@given(cases(), st.integers(0, 10_000_000))
def test_the_digest_changes_with_time_only_if_a_finding_does(case: Case, seconds: int) -> None:
    def outcomes(decision: Decision) -> list[tuple[object, ...]]:
        return [(one.rule, one.scope, one.outcome, one.observed) for one in decision.findings]

    later = NOW + timedelta(seconds=seconds)
    before, after = case.decide(), decide(case.policies, TABLE, CONTEXT, case.evidence, later)

    assert (before.digest == after.digest) == (outcomes(before) == outcomes(after))


@SEEDED
@given(cases())
def test_the_outcome_follows_from_the_findings(case: Case) -> None:
    decision = case.decide()
    outcomes = {one.outcome for one in decision.findings}

    assert (decision.outcome == "deny") == ("fail" in outcomes)
    assert (decision.outcome == "allow") == (outcomes == {"pass"})


@SEEDED
@given(cases())
def test_a_pass_rests_on_finite_fresh_bound_evidence(case: Case) -> None:
    by_id = {one.id: one for one in case.evidence}

    for finding in case.decide().findings:
        if finding.outcome == "pass" and finding.policy and finding.rule.startswith("R-"):
            evidence = by_id[str(finding.evidence_id)]
            assert math.isfinite(float(str(finding.observed)))
            assert evidence.value is not None
            assert math.isfinite(evidence.value)
            assert evidence.status == "measured"
            assert evidence.dataset_digest == DIGEST
            assert evidence.holdout
            assert evidence.measured_at == NOW - timedelta(days=1)


@SEEDED
@given(cases(), st.lists(st.sampled_from([0.0, 0.5, 1.0, math.nan]), min_size=1, max_size=3))
def test_measuring_again_never_loosens(case: Case, values: list[float]) -> None:
    """Measuring again until it fits gains nothing: the worst of all counts."""
    before = case.decide()
    assume(all(one.observed is not None for one in before.findings))
    again = [
        replace(one, id=f"{one.id}-{number}", value=value, low=value, high=value)
        for one in case.evidence
        for number, value in enumerate(values)
    ]

    assert not loosens(before, case.decide([*case.evidence, *again]))

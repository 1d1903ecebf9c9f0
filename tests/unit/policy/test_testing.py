"""Cases of a policy: what they say is asked, what must come out, and how much they see."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.policy.casework.boundaries import boundaries, stands
from registry.policy.casework.cases import load_cases
from registry.policy.casework.coverage import coverage, percentage
from registry.policy.casework.testing import Result, ask, askable, prepared, run_cases
from registry.policy.loader import Policy, load_policy
from tests.unit.policy.examples import METRICS, document, policy, rule, source

GIVEN = {"use": "research", "audience": "internal"}
SHAPE = rule("fidelity.shape", "FID-002", forEach="column", gte=0.8)
LINK = rule("privacy.linkability", "PRV-001", bound="upper", lt=0.2, minN=5000)


def written(*cases: dict[str, Any], **extra: Any) -> bytes:
    content = {
        "apiVersion": "registry/v1",
        "kind": "PolicyTest",
        "policy": "example",
        "given": GIVEN,
        "cases": [
            {"name": f"case {number}", "expect": {"decision": "allow"}, **case}
            for number, case in enumerate(cases)
        ],
    }
    return json.dumps({**content, **extra}).encode()


def tried(on: Policy, *cases: dict[str, Any], **extra: Any) -> list[Result]:
    file = load_cases(written(*cases, **extra), "example_test.yaml")
    return run_cases(on, prepared(file, on, METRICS))


def said(on: Policy, case: dict[str, Any], **extra: Any) -> list[str]:
    (result,) = tried(on, case, **extra)
    return [str(one) for one in result.mismatches]


def outcomes(on: Policy, case: dict[str, Any], **extra: Any) -> dict[str, str]:
    """The outcome of every finding of the policy's rules, by rule or ``rule[scope]``."""
    (result,) = tried(on, case, **extra)
    own = {one.id for _, one in on.rules}
    return {
        f"{one.rule}[{', '.join(one.scope)}]" if one.scope else one.rule: one.outcome
        for one in result.decision.findings
        if one.rule in own
    }


def refusal(content: bytes, on: Policy | None = None) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        prepared(load_cases(content, "example_test.yaml"), on or policy(), METRICS)
    return caught.value


def test_passing_evidence_passes_every_rule_in_every_scope() -> None:
    both = policy(SHAPE, LINK, rule("dp.epsilon", "DP-001", lte=0))

    found = outcomes(both, {})

    assert set(found) == {"FID-002[age]", "FID-002[income]", "FID-002[region]", "PRV-001", "DP-001"}
    assert set(found.values()) == {"pass"}


def test_two_rules_on_one_metric_are_both_met_by_passing_evidence() -> None:
    between = policy(rule(gte=0.4), rule(id="FID-002", lte=0.6))

    assert outcomes(between, {}) == {"FID-001": "pass", "FID-002": "pass"}


def test_with_replaces_one_scope_and_leaves_the_others() -> None:
    case = {"with": [{"metric": "fidelity.shape", "scope": ["income"], "value": 0.5}]}

    found = outcomes(policy(SHAPE), case)

    assert found == {"FID-002[age]": "pass", "FID-002[income]": "fail", "FID-002[region]": "pass"}


def test_without_removes_by_metric_and_by_scope() -> None:
    whole = outcomes(policy(SHAPE), {"without": ["fidelity.shape"]})
    one = outcomes(policy(SHAPE), {"without": ["fidelity.shape[age]"]})

    assert set(whole.values()) == {"missing"}
    assert [name for name, outcome in one.items() if outcome == "missing"] == ["FID-002[age]"]


def test_evidence_as_a_list_is_all_there_is() -> None:
    listed = {"evidence": [{"metric": "fidelity.shape", "scope": ["age"], "value": 0.9}]}

    found = outcomes(policy(SHAPE), listed)

    assert [name for name, outcome in found.items() if outcome == "pass"] == ["FID-002[age]"]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"value": 0.1, "high": 0.1999}, "pass"),
        ({"value": 0.1, "high": 0.2}, "fail"),
        ({"n": 4999}, "missing"),
        ({"n": 5000}, "pass"),
        ({"age": 30}, "pass"),
        ({"age": 31}, "missing"),
        ({"age": -1}, "missing"),
        ({"holdout": False}, "missing"),
        ({"status": "not_measurable", "cause": "too few rows"}, "missing"),
        ({"elsewhere": True}, "missing"),
    ],
)
def test_each_property_of_a_measurement_can_be_written(
    change: dict[str, Any], outcome: str
) -> None:
    case = {"with": [{"metric": "privacy.linkability", **change}]}

    assert outcomes(policy(LINK), case) == {"PRV-001": outcome}


def test_of_two_measurements_in_one_case_the_worse_decides() -> None:
    twice = [{"metric": "sdmetrics.quality", "value": value} for value in (0.95, 0.5)]

    assert outcomes(policy(), {"with": twice}) == {"FID-001": "fail"}


def test_a_case_keeps_what_is_given_unless_it_says_otherwise() -> None:
    given = {**GIVEN, "with": [{"metric": "sdmetrics.quality", "value": 0.5}]}

    assert outcomes(policy(), {}, given=given) == {"FID-001": "fail"}
    assert outcomes(policy(), {"evidence": "passing"}, given=given) == {"FID-001": "pass"}


def test_a_result_names_what_differs_and_what_the_finding_says() -> None:
    case = {
        "with": [{"metric": "sdmetrics.quality", "value": 0.5}],
        "expect": {"decision": "allow", "matched": False, "findings": {"FID-001": "pass"}},
    }

    matched, decision, finding = said(policy(), case)

    assert matched == "matched: expected false, got true"
    assert decision.startswith("decision: expected allow, got deny (FID-001 failed: ")
    assert finding.startswith("FID-001: expected pass, got fail (sdmetrics.quality is 0.5, ")


@pytest.mark.parametrize(
    ("term", "right", "wrong"),
    [
        ("quorum", {"steward": 2}, {"steward": 1}),
        ("separation", ["policy-author", "author", "evaluator"], ["author"]),
        ("agreements", ["DUA"], []),
        ("expiresAfterDays", 30, None),
        ("validForDays", 180, 181),
        ("authorWindowDays", None, 30),
        ("signatures", "optional", "required"),
    ],
)
def test_terms_are_compared_exactly(term: str, right: object, wrong: object) -> None:
    shared = policy(sharing=[{"audience": "internal", "agreement": "DUA", "expiresAfter": "P30D"}])

    assert said(shared, {"expect": {term: right}}) == []
    assert len(said(shared, {"expect": {term: wrong}})) == 1


def test_a_waiver_counts_for_as_long_and_by_whom_the_policy_allows() -> None:
    terms = {"allowed": ["FID-001"], "maxDuration": "P30D", "approver": "steward"}
    waivable = policy(waivers=terms)
    low = {"with": [{"metric": "sdmetrics.quality", "value": 0.5}]}

    def waived(**waiver: Any) -> str:
        case = {**low, "waivers": [{"rule": "FID-001", **waiver}]}
        return outcomes(waivable, case)["FID-001"]

    assert waived() == "waived"
    assert waived(days=30) == "waived"
    assert waived(days=31) == "fail"
    assert waived(role="privacy-officer") == "fail"
    assert waived(elsewhere=True) == "fail"
    assert outcomes(waivable, {**low, "waiveAll": True}) == {"FID-001": "waived"}


def test_a_base_is_asked_as_if_it_governed_every_request() -> None:
    content = document()
    content["kind"] = "PolicyBase"
    del content["spec"]["match"]
    base = load_policy(source(content), "base.yaml", METRICS)

    assert said(base, {"expect": {"matched": True, "decision": "allow"}}) == []


@pytest.mark.parametrize(
    ("case", "where", "what"),
    [
        ({"wiht": []}, "cases[0]", "unknown key"),
        ({"with": [{"metric": "sdmetrics.qualty"}]}, "sdmetrics.qualty", "unknown metric"),
        ({"with": [{"metric": "sdmetrics.quality", "valu": 1}]}, "with[0]", "unknown key"),
        ({"evidence": [{"metric": "sdmetrics.quality", "valu": 1}]}, "with[0]", "unknown key"),
        ({"without": ["fidelity.shape[agge]"]}, "agge", "unknown measurement"),
        ({"with": [{"metric": "fidelity.shape", "scope": ["x"]}]}, "x", "not measured for"),
        ({"expect": {"findings": {"FID-009": "pass"}}}, "FID-009", "no rule"),
        ({"expect": {"findings": {"FID-001": "passed"}}}, "passed", "is 'passed'"),
        ({"expect": {}}, "cases[0]", "expects nothing"),
        ({"waivers": [{"rule": "FID-009"}]}, "FID-009", "no rule"),
        ({"jurisdiction": "XX"}, "XX", "unknown jurisdiction"),
        ({"now": "yesterday"}, "now", "'yesterday'"),
    ],
)
def test_what_nobody_knows_is_an_error_with_its_line(
    case: dict[str, Any], where: str, what: str
) -> None:
    error = refusal(written(case))

    assert where in error.what and what in error.what
    assert error.where and error.where.startswith("example_test.yaml:1:")


def test_a_request_half_asked_and_a_name_used_twice_are_errors() -> None:
    assert "names no audience" in refusal(written({}, given={"use": "research"})).what
    assert "twice" in refusal(written({"name": "one"}, {"name": "one"})).what


def test_a_rule_is_covered_when_it_is_seen_to_pass_and_not_to_pass() -> None:
    chosen = policy(
        rule(gte=0.9),
        LINK,
        match={"all": [{"audience": ["internal"]}]},
        uses={"allow": ["research"]},
    )
    results = tried(chosen, {}, {"without": ["sdmetrics.quality"]}, {"use": "teaching"})

    found = {one.rule: one for one in coverage(chosen, results)}

    assert found["FID-001"].whole and found["uses"].whole
    assert found["PRV-001"].lacks == "that it does not pass"
    assert found["match"].lacks == "that the policy leaves it alone"
    assert found["sharing"].whole  # no request that it governs could be refused by it
    assert percentage(list(found.values())) == 60.0


def test_a_policy_without_cases_is_covered_not_at_all() -> None:
    assert percentage(coverage(policy(), [])) == 0.0


@pytest.mark.parametrize(
    ("comparison", "bound", "expected"),
    [
        ("lt", "upper", [True, False, False]),
        ("lte", "upper", [True, True, False]),
        ("gt", "lower", [False, False, True]),
        ("gte", "lower", [False, True, True]),
    ],
)
def test_boundaries_are_what_the_comparison_means(
    comparison: str, bound: str, expected: list[bool]
) -> None:
    checked = policy(rule("privacy.linkability", bound=bound, **{comparison: 0.3}))
    (result,) = tried(checked, {})

    found = list(boundaries(checked, result.case.question))

    assert [one.holds for one in found] == expected
    assert [one.question.evidence[0].value for one in found] != [0.3] * 3
    assert all(stands(checked, one) for one in found)


def test_boundaries_range_over_every_scope_and_tell_another_comparison() -> None:
    lenient = policy(rule("fidelity.shape", forEach="column", gte=0.8))
    strict = policy(rule("fidelity.shape", forEach="column", gt=0.8))
    (result,) = tried(lenient, {})

    found = list(boundaries(lenient, result.case.question))

    assert len({one.scope for one in found}) == 3
    assert len(found) == 9
    assert [one.name for one in found if not stands(strict, one)] == [
        f"FID-001[{column}] at 0.8" for column in ("age", "income", "region")
    ]


def test_a_case_of_another_day_is_decided_on_that_day() -> None:
    content = document()
    content["metadata"]["reviewBy"] = "2026-06-30"
    due = load_policy(source(content), "example.yaml", METRICS)

    before, after = tried(due, {"now": "2026-06-30"}, {"now": "2026-07-01T00:00:00Z"})

    assert before.decision.outcome == "allow"
    assert after.decision.outcome == "undecided"
    asked = before.case.question
    assert ask(askable(due), asked).digest == before.decision.digest
    assert all(one.measured_at == asked.now - timedelta(days=1) for one in asked.evidence)

"""Every lint rule finds its hazard, and leaves a policy alone that only looks hazardous."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from registry.policy.extension import resolved
from registry.policy.lints import RULES
from registry.policy.lints.fix import without
from registry.policy.lints.lint import Lint, lint
from registry.policy.loader import KnownMetric, Policy, load_policy
from registry.workflow.metrics import known_metrics
from tests.unit.policy.examples import NOW, document, source

METRICS = known_metrics() | {"neutral": KnownMetric("neutral", "", sampled=False)}
LINK = "privacy.linkability"


def rule(id: str = "PRV-001", metric: str = LINK, **fields: Any) -> dict[str, Any]:
    """A rule that nothing is to be said of; ``check`` replaces its check."""
    sound = {
        "id": id,
        "title": "Records cannot be linked",
        "check": {"metric": metric, "bound": "upper", "lte": 0.2},
        "severity": "critical",
        "rationale": "A convention.",
        "references": [{"scheme": "WP216", "clause": "linkability"}],
        "remediation": "Coarsen columns.",
    }
    return {name: value for name, value in {**sound, **fields}.items() if value is not None}


def check(**terms: Any) -> dict[str, Any]:
    return {"metric": LINK, "bound": "upper", "lte": 0.2, **terms}


def expression(text: str, **fields: Any) -> dict[str, Any]:
    return rule(check=None, expr=text, message="too bad", **fields)


def policy(*rules: dict[str, Any], id: str = "example", **spec: Any) -> Policy:
    content = document(*(rules or (rule(),)), id=id, **spec)
    content["metadata"]["reviewBy"] = "2026-12-31"
    if spec.get("kind"):
        content["kind"] = content["spec"].pop("kind")
        del content["spec"]["match"]
    return load_policy(source(content), f"{id}.yaml", METRICS)


def child(*rules: dict[str, Any], **spec: Any) -> Policy:
    """A policy that extends one with the sound rule."""
    base = policy(id="base", kind="PolicyBase")
    extends = [{"id": "base", "version": "1.0.0"}]
    (whole,) = resolved([policy(*rules, extends=extends, **spec)], [base])
    return whole


def ids(one: Policy, **around: Any) -> list[str]:
    around = {"tested": True, "now": NOW, **around}
    return [found.id for found in lint(one, around.pop("siblings", ()), **around)]


def only(found: str, one: Policy, **around: Any) -> Lint:
    """The finding of one rule, which must be the only finding."""
    assert ids(one, **around) == [found]
    around = {"tested": True, "now": NOW, **around}
    return lint(one, around.pop("siblings", ()), **around)[0]


def test_nothing_is_said_of_a_sound_policy() -> None:
    assert ids(policy()) == []
    assert ids(child(rule("FID-001"), match={"all": [{"audience": ["internal"]}]})) == ["POL-401"]


FOUND: dict[str, Callable[[], Policy]] = {
    "POL-101": lambda: policy(rule(rationale=None)),
    "POL-102": lambda: policy(rule(title=None)),
    "POL-103": lambda: policy(rule(remediation=None)),
    "POL-104": lambda: policy(rule(references=None)),
    "POL-105": lambda: policy({**rule(check=None, expr="dataset.rows > 10")}),
    "POL-201": lambda: policy(rule(enforcement="warn")),
    "POL-202": lambda: policy(waivers=waivers("PRV-001")),
    "POL-203": lambda: policy(
        rule(severity="low", enforcement="audit"), waivers=waivers("PRV-001")
    ),
    "POL-204": lambda: child(
        rule("FID-001", check={"metric": "fidelity.quality", "gte": 0.5}),
        waivers=waivers("FID-002"),
    ),
    "POL-205": lambda: policy(
        enforcement={"default": "warn", "ramp": [{"from": "2026-01-01", "level": "enforce"}]}
    ),
    "POL-301": lambda: policy(rule(check={"metric": LINK, "lte": 0.2})),
    "POL-302": lambda: policy(rule(check={"metric": "fidelity.quality", "gte": 90})),
    "POL-303": lambda: policy(rule(check=check(lte=1.0))),
    "POL-304": lambda: policy(rule(check={"metric": LINK, "bound": "lower", "gte": 0.2})),
    "POL-305": lambda: policy(expression("params.a > 1.0"), params={"a": 2.0}),
    "POL-306": lambda: policy(expression(f"{LINK} < 0.2")),
    "POL-401": lambda: policy(rule(), rule("PRV-002", check=check(lte=0.3))),
    "POL-402": lambda: policy(
        rule(check={"metric": "neutral", "gte": 0.9}),
        rule("PRV-002", check={"metric": "neutral", "lte": 0.8}),
    ),
    "POL-403": lambda: child(rule()),
    "POL-501": lambda: policy(match=all_of({"audience": ["internal"]}, {"audience": ["partner"]})),
    "POL-502": lambda: policy(
        match=all_of({"modality": ["text"]}),
        exclude={"any": [{"classification": RAISED[:3]}, {"classification": RAISED[3:]}]},
    ),
    "POL-503": lambda: policy(
        match=all_of({"modality": ["text"]}), exclude=all_of({"modality": ["image"]})
    ),
    "POL-504": lambda: policy(
        match={
            **all_of({"audience": ["internal"]}),
            "any": [{"audience": ["partner"]}, {"source": ["x"]}],
        }
    ),
    "POL-505": lambda: policy(
        match=all_of({"audience": ["internal"]}),
        sharing=[{"audience": "internal"}, {"audience": "partner", "agreement": "DUA"}],
    ),
    "POL-506": lambda: policy(
        match=all_of({"use": ["research"]}), uses=uses(["research", "teaching"])
    ),
    "POL-601": lambda: policy(evidence={"holdout": "required"}),
    "POL-602": lambda: policy(evidence={"holdout": "optional", "maxAge": "P30D"}),
    "POL-603": lambda: policy(sharing=[{"audience": "public"}]),
    "POL-604": lambda: policy(sharing=[{"audience": "partner"}]),
    "POL-605": lambda: policy(uses={"allow": ["research"]}),
    "POL-606": lambda: policy(uses=uses(["any-purpose"])),
    "POL-607": lambda: policy(approvals=approvals("P366D")),
    "POL-608": lambda: policy(
        rule(severity="low"), waivers=waivers("PRV-001", maxDuration="P181D")
    ),
    "POL-609": lambda: policy(sharing=[{"audience": "internal", "jurisdictions": ["EU", "DE"]}]),
    "POL-703": lambda: policy(params={"unused": 1.0}),
    "POL-704": lambda: policy(rule(), rule("PRV-002", check=check(metric="privacy.singling_out"))),
}
RAISED = ["public", "internal", "confidential", "personal", "special-category"]


def waivers(*allowed: str, **terms: Any) -> dict[str, Any]:
    return {"allowed": list(allowed), "maxDuration": "P90D", "approver": "privacy-officer", **terms}


def all_of(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(conditions)}


def uses(allow: list[str]) -> dict[str, Any]:
    return {"allow": allow, "deny": ["re-identification"]}


def approvals(valid_for: str) -> dict[str, Any]:
    return {"quorum": [{"role": "steward", "min": 2}], "validFor": valid_for}


@pytest.mark.parametrize("name", FOUND)
def test_a_rule_finds_its_hazard_and_no_other_does(name: str) -> None:
    found = only(name, FOUND[name]())

    assert found.severity == RULES[name].severity
    assert found.message and found.remedy
    assert found.line == 1  # JSON has one line


SURROUNDED = {"POL-507", "POL-701", "POL-702", "POL-705", "POL-706", "POL-707", "POL-708"}
ALLOWING = {"POL-901", "POL-902", "POL-903"}


def test_every_rule_is_tested_here() -> None:
    assert set(FOUND) | SURROUNDED | ALLOWING == set(RULES)


def test_every_rule_tells_its_reason_an_example_and_a_remedy() -> None:
    for one in RULES.values():
        assert one.why.endswith(".")
        assert one.example and one.remedy
        assert one.name == one.name.lower().replace(" ", "-")
    assert len({one.name for one in RULES.values()}) == len(RULES)


@pytest.mark.parametrize(
    ("sound", "terms"),
    [
        ("a ramp that will enforce", {"enforcement": {"default": "warn", "ramp": [
            {"from": "2027-01-01", "level": "enforce"}]}}),
        ("a bound on a budget for the public", {"sharing": [{"audience": "public"}], "rules": [
            rule(check={"budget": "source.exposed_epsilon", "lte": 3.0})]}),
        ("an age in the check", {"evidence": {"holdout": "required"}, "rules": [
            rule(check=check(maxAge="P30D"))]}),
        ("a holdout in the check", {
            "evidence": {"holdout": "optional", "maxAge": "P30D"},
            "rules": [rule(check=check(holdout="required"))]}),
        ("a stricter rule that only warns", {"rules": [
            rule(), rule("PRV-002", severity="low", enforcement="warn", check=check(lte=0.1))]}),
        ("a looser rule that may be waived less", {"rules": [
            rule(severity="high", check=check(lte=0.1)), rule("PRV-002")],
            "waivers": waivers("PRV-001")}),
        ("a parameter that only a message names", {"params": {"a": 1.0}, "rules": [
            {**expression("dataset.rows > 5"), "message": "{params.a}"}]}),
        ("a parameter that an expression names", {"params": {"a": 1.0}, "rules": [
            expression("params.a > 0.5 && dataset.rows > 5")]}),
        ("an expression on a method of a fact", {"rules": [
            expression("request.use.startsWith('r')")]}),
        ("an excluded part", {"match": {}, "exclude": all_of({"source": ["x"]})}),
        ("a floor at the worst that is let out", {"rules": [
            rule(check={"metric": "fidelity.quality", "gt": 0.0})]}),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_hazard_is_let_be(sound: str, terms: dict[str, Any]) -> None:
    rules = terms.pop("rules", [])
    assert ids(policy(*rules, **terms)) == [], sound


def test_two_equal_rules_are_found_once_at_the_one_that_demands_no_more() -> None:
    twice = policy(rule(), rule("PRV-002", check=check(lte=0.2, minN=1)), params={})
    found = [one.where for one in lint(twice, now=NOW) if one.id == "POL-401"]
    assert found == [("spec", "rules", 0)]
    found = [one.where for one in lint(policy(rule(), rule("PRV-002"))) if one.id == "POL-401"]
    assert found == [("spec", "rules", 1)]


def test_days_are_judged_by_the_clock_handed_over() -> None:
    late = NOW.replace(year=2027)
    assert ids(policy(), now=late) == ["POL-702"]
    assert ids(policy(), now=None) == []


def test_a_policy_without_a_review_date_is_found() -> None:
    bare = load_policy(source(document(rule())), "bare.yaml", METRICS)
    assert ids(bare) == ["POL-701"]


def test_missing_tests_are_found_only_where_somebody_looked() -> None:
    assert ids(policy(), tested=False) == ["POL-706"]
    assert ids(policy(), tested=None) == []
    assert ids(policy(), cases={"FID-001"}) == ["POL-707"]
    assert ids(policy(), cases={LINK}) == []
    assert ids(policy(), cases={"PRV-001"}) == []


def test_policies_that_deny_each_other_everything_are_found() -> None:
    inside = policy(id="inside")
    outside = policy(id="outside", sharing=[{"audience": "partner", "agreement": "DUA"}])
    apart = policy(
        id="apart",
        match=all_of({"audience": ["partner"]}),
        sharing=[{"audience": "partner", "agreement": "DUA"}],
    )
    assert ids(inside, siblings=[inside, outside]) == ["POL-507"]
    assert ids(inside, siblings=[inside, apart]) == []


def test_two_texts_under_one_version_are_found() -> None:
    assert ids(policy(), siblings=[policy(rule(title="Another"))]) == ["POL-708"]
    assert ids(policy(), siblings=[policy()]) == []


def test_a_rule_of_a_base_that_the_child_does_not_enforce_is_found() -> None:
    base = policy(id="base", kind="PolicyBase", enforcement={"default": "warn"})
    extends = [{"id": "base", "version": "1.0.0"}]
    low = rule("FID-001", severity="low", check={"metric": "fidelity.quality", "gte": 0.5})
    relaxed = policy(low, extends=extends, enforcement={"default": "warn"})
    (whole,) = resolved([relaxed], [base])
    found = only("POL-201", whole)
    assert found.where == ("spec", "extends")


def test_a_restated_rule_is_taken_out_of_its_list() -> None:
    restated = child(rule(), rule("FID-001", check={"metric": "fidelity.quality", "gte": 0.5}))
    (found,) = lint(restated, tested=True, now=NOW)
    after = without(restated.source, found)
    assert after is not None
    left = load_policy(after, "example.yaml", METRICS)
    assert [one.id for one in left.document.spec.rules] == ["FID-001"]
    assert len(replace(left, bases=restated.bases).rules) == 2

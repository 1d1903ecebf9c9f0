"""Weakened copies of a policy: what is made, what counts, and what cases notice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from registry.policy.casework.boundaries import boundaries, stands
from registry.policy.casework.cases import load_cases
from registry.policy.casework.testing import prepared, run_cases
from registry.policy.extension import resolved
from registry.policy.loader import Policy, load_policy
from registry.policy.mutating.meaning import meaning
from registry.policy.mutating.mutants import mutants
from registry.policy.mutating.mutation import Fate, fates, score
from registry.workflow.metrics import known_metrics
from registry.workflow.policy_files import read_policies
from tests.unit.policy.examples import METRICS, document, policy, rule, source

FOLDER = Path(__file__).parents[3] / "policies"


def kinds(of: Policy) -> dict[str, str]:
    return {one.what: one.kind for one in mutants(of)}


def counted(of: Policy) -> set[str]:
    return {what for what, kind in kinds(of).items() if kind == "counts"}


def based(base: dict[str, Any], child: dict[str, Any]) -> Policy:
    """A child resolved on a base, both given as parts of their ``spec``."""
    floor = document(id="floor", **base)
    floor["kind"] = "PolicyBase"
    del floor["spec"]["match"]
    content = document(extends=[{"id": "floor", "version": "^1"}], **child)
    below = load_policy(source(floor), "floor.yaml", METRICS)
    (whole,) = resolved([load_policy(source(content), "example.yaml", METRICS)], [below])
    return whole


def fate(of: Policy, *cases: dict[str, Any], generated: bool = False) -> dict[str, Fate]:
    content = {
        "apiVersion": "registry/v1",
        "kind": "PolicyTest",
        "policy": "example",
        "given": {"use": "research", "audience": "internal"},
        "cases": [{"name": f"case {at}", **case} for at, case in enumerate(cases)],
    }
    ready = prepared(load_cases(json.dumps(content).encode(), "t.yaml"), of, METRICS)
    results = run_cases(of, ready)
    assert all(one.passed for one in results)
    bounds = list(boundaries(of, ready[0].question)) if generated else []
    return {one.what: one for one in fates(mutants(of), ready, bounds)}


def test_a_check_is_weakened_in_every_part() -> None:
    strict = policy(
        rule(
            "privacy.linkability",
            "PRV-001",
            bound="upper",
            lte=0.2,
            minN=500,
            holdout="required",
            maxAge="P7D",
            onMissingEvidence="deny",
        ),
        evidence={"holdout": "optional"},
    )

    assert {what for what in counted(strict) if what.startswith("PRV-001:")} == {
        "PRV-001: lte became lt",
        "PRV-001: lte became gte",
        "PRV-001: lte 0.2 became 0.202, a little wider",
        "PRV-001: lte 0.2 became 0.3, a lot wider",
        "PRV-001: the value is compared, not the bound",
        "PRV-001: no minimum n",
        "PRV-001: no maxAge of its own",
        "PRV-001: no holdout",
        "PRV-001: onMissingEvidence deny became undecided",
        "PRV-001: enforce became warn",
    }


def test_the_terms_are_weakened_in_every_part() -> None:
    terms = policy(
        rule(gte=0.9),
        rule(id="FID-002", gte=0.5),
        match={"all": [{"classification": ["personal"], "modality": ["tabular"]}]},
        exclude={"any": [{"source": ["old"]}]},
        onMissingEvidence="deny",
        sharing=[
            {
                "audience": "partner",
                "jurisdictions": ["EU"],
                "agreement": "DUA",
                "expiresAfter": "P30D",
            },
            {"audience": "public", "effect": "deny"},
        ],
        waivers={"allowed": ["FID-001"], "maxDuration": "P30D", "approver": "steward"},
        approvals={
            "quorum": [{"role": "steward", "min": 2}, {"role": "privacy-officer", "min": 1}],
            "separation": ["author"],
            "validFor": "P180D",
            "authorWindow": "P30D",
        },
    )

    assert {what for what in counted(terms) if not what.startswith("FID-00")} == {
        "match is every request",
        "match asks for no classification",
        "match asks for no modality",
        "nothing is excluded",
        "onMissingEvidence deny became undecided",
        "enforcement enforce became warn",
        "the use re-identification is allowed, not denied",
        "the use research is no longer allowed",
        "partner: anywhere",
        "partner: without an agreement",
        "partner: it never expires",
        "partner: expiresAfter P30D became P60D",
        "the audience public is served, not denied",
        "the audience internal is served",
        "evidence may be of any age",
        "evidence: maxAge P30D became P60D",
        "evidence needs no holdout",
        "quorum: 1 steward in place of 2",
        "quorum: 0 privacy-officer in place of 1",
        "the author may approve",
        "approvals: validFor P180D became P360D",
        "approvals: no authorWindow",
        "waivers: maxDuration P30D became P60D",
    }
    assert "FID-002 may be waived" in counted(terms)


def test_a_mutant_names_the_line_it_changed() -> None:
    text = (FOLDER / "partner-sharing.yaml").read_text().splitlines()
    (partner,) = read_policies([FOLDER / "partner-sharing.yaml"])

    found = {one.what: text[one.line - 1] for one in mutants(partner)}

    assert "lte: 0.02" in found["PRV-001: lte became lt"]
    assert "agreement: data-use-agreement" in found["partner: without an agreement"]
    assert (
        "{role: compliance-officer, min: 1}"
        in (found["quorum: 0 compliance-officer in place of 1"])
    )


def test_what_is_no_policy_any_more_is_refused_and_does_not_count() -> None:
    found = kinds(policy())

    assert found["quorum: 1 steward in place of 2"] == "refused"
    assert found["FID-001 is gone"] == "refused"


def test_a_mutant_that_a_base_forbids_is_refused() -> None:
    child = based({}, {})

    assert kinds(child)["evidence may be of any age"] == "refused"
    assert kinds(child)["FID-001: gte 0.9 became 0.45, a lot wider"] == "refused"
    assert kinds(child)["FID-001: gte became gt"] == "counts"


def test_dropping_what_the_base_says_as_well_is_equivalent() -> None:
    assert kinds(based({}, {}))["FID-001 is gone"] == "equivalent"
    assert kinds(based({}, {}))["floor is no longer extended"] == "equivalent"
    assert kinds(based({}, {"rules": [rule(gte=0.95)]}))["FID-001 is gone"] == "counts"


def test_terms_for_an_audience_that_never_asks_are_equivalent() -> None:
    narrow = policy(match={"all": [{"audience": ["internal"]}]})

    assert kinds(narrow)["the audience public is served"] == "equivalent"
    assert kinds(policy())["the audience public is served"] == "counts"


def test_a_bound_of_a_metric_without_an_interval_is_equivalent() -> None:
    exact = policy(rule("sdmetrics.quality", bound="lower", gte=0.9))

    assert kinds(exact)["FID-001: the value is compared, not the bound"] == "equivalent"


def test_equivalent_policies_mean_the_same_and_all_others_do_not() -> None:
    (partner,) = read_policies([FOLDER / "partner-sharing.yaml"])
    means = meaning(partner)

    for one in mutants(partner):
        if one.changed is not None:
            assert (meaning(one.changed) == means) == (one.kind == "equivalent")


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
def test_expressions_are_weakened_operator_by_operator_but_not_in_texts(operator: str) -> None:
    written = {"id": "X-001", "expr": f"dataset.rows {operator} 10 || request.use == '<'"}

    found = {one.what for one in mutants(policy(written)) if one.kind == "counts"}

    swapped = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}[operator]
    assert {what for what in found if what.startswith("X-001: ")} == {
        "X-001: the expression is negated",
        f"X-001: {operator} became {swapped}",
        "X-001: || became &&",
        "X-001: == became !=",
        "X-001: enforce became warn",
    }


ALLOWED = {"expect": {"decision": "allow"}}
LOW = {
    "with": [{"metric": "sdmetrics.quality", "value": 0.8999}],
    "expect": {"findings": {"FID-001": "fail"}},
}


def test_a_case_kills_what_it_would_notice_and_nothing_else() -> None:
    found = fate(
        policy(rule(gte=0.9), rule("privacy.linkability", "PRV-001", lte=0.5)), ALLOWED, LOW
    )

    assert found["FID-001 is gone"].killer == "case 1"
    assert found["FID-001: gte became lte"].killer == "case 0"
    assert found["FID-001: gte 0.9 became 0.891, a little wider"].outcome == "killed"
    assert found["FID-001: gte became gt"].outcome == "survived"
    assert found["PRV-001 is gone"].outcome == "survived"


def test_boundaries_kill_comparisons_and_are_named_as_generated() -> None:
    found = fate(policy(rule(gte=0.9), rule(id="FID-002", gte=0.5)), ALLOWED, LOW, generated=True)

    strict = found["FID-001: gte became gt"]
    assert (strict.killer, strict.generated) == ("FID-001 at 0.9", True)
    assert not found["FID-001 is gone"].generated
    assert found["quorum: 1 steward in place of 2"].outcome == "refused"
    assert found["evidence needs no holdout"].outcome == "survived"


def test_terms_are_watched_by_cases_that_state_them() -> None:
    terms = {"expect": {"quorum": {"steward": 3}, "validForDays": 180}}
    three = policy(approvals={"quorum": [{"role": "steward", "min": 3}], "validFor": "P180D"})

    found = fate(three, ALLOWED, terms)

    assert found["quorum: 2 steward in place of 3"].killer == "case 1"
    assert found["approvals: validFor P180D became P360D"].killer == "case 1"
    assert found["the author may approve"].outcome == "survived"


def test_the_score_is_of_what_counts() -> None:
    def one(kind: Any, killer: str | None) -> Fate:
        return Fate("p", 1, "w", kind, killer)

    found = [one("counts", "a"), one("counts", None), one("refused", None), one("equivalent", None)]

    assert score(found) == 50.0
    assert score([]) == 100.0


@pytest.mark.parametrize("starter", read_policies([FOLDER]), ids=lambda one: one.id)
def test_an_equivalent_copy_of_a_starter_passes_every_case_and_boundary(starter: Policy) -> None:
    name = f"{starter.id}_test.yaml"
    file = load_cases((FOLDER / name).read_bytes(), name)
    ready = prepared(file, starter, known_metrics())
    bounds = list(boundaries(starter, ready[0].question))

    for one in mutants(starter):
        if one.kind == "equivalent":
            assert one.changed is not None
            assert all(result.passed for result in run_cases(one.changed, ready)), one.what
            assert all(stands(one.changed, bound) for bound in bounds), one.what

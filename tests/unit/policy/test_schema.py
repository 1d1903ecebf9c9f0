"""The JSON Schema of policies: valid, never stricter than the loader, useful in an editor."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from registry.errors import InvalidInput
from registry.policy.known import AUDITS, CLAIMS
from registry.policy.loader import load_policy
from registry.policy.schemas.schema import schema
from registry.workflow.metrics import known_metrics
from registry.workflow.policy_files import policy_files
from registry.yaml_reader import read
from tests.unit.policy.examples import METRICS, document, rule, source

ROOT = Path(__file__).parents[3]
SCHEMA = schema(METRICS)
VALIDATOR = Draft202012Validator(SCHEMA)
CHECK = {"metric": "sdmetrics.quality", "gte": 0.9}


def parts() -> dict[str, Any]:
    return {"ReleasePolicy": SCHEMA, **SCHEMA["$defs"]}


def loads(content: dict[str, Any]) -> bool:
    try:
        load_policy(source(content), "p.yaml", METRICS)
    except InvalidInput:
        return False
    return True


def test_it_is_json_schema_of_draft_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", policy_files([ROOT / "policies"]), ids=lambda path: path.stem)
def test_every_shipped_policy_is_valid(path: Path) -> None:
    data, _ = read(path.read_bytes(), path.name)

    assert list(Draft202012Validator(schema(known_metrics())).iter_errors(data)) == []


def test_every_part_and_every_key_has_words_for_the_person_who_writes() -> None:
    keys = [
        (kind, key, inner)
        for kind, part in parts().items()
        for key, inner in part["properties"].items()
    ]

    assert len(keys) > 60
    assert all(part["description"] for part in parts().values())
    assert [(kind, key) for kind, key, inner in keys if not inner.get("description")] == []
    assert "`" not in str([part["description"] for part in parts().values()])


def test_every_example_in_it_is_valid() -> None:
    shown = 0
    for kind, part in parts().items():
        for key, inner in part["properties"].items():
            bare = {name: value for name, value in inner.items() if name != "examples"}
            here = Draft202012Validator({**bare, "$defs": SCHEMA["$defs"]})
            for example in inner.get("examples", ()):
                assert here.is_valid(example), (kind, key, example)
                shown += 1
    assert shown > 20


def test_the_words_of_the_language_are_enumerated_so_that_editors_complete_them() -> None:
    check = SCHEMA["$defs"]["Check"]["properties"]

    assert check["metric"]["enum"] == sorted([*METRICS, *CLAIMS, *AUDITS])
    assert "column" in check["forEach"]["enum"]
    assert check["bound"]["enum"] == ["lower", "upper"]
    assert "source.exposed_epsilon" in check["budget"]["enum"]
    assert {"EU", "NO"} <= set(
        SCHEMA["$defs"]["Sharing"]["properties"]["jurisdictions"]["items"]["enum"]
    )
    assert "steward" in SCHEMA["$defs"]["Seat"]["properties"]["role"]["enum"]


@pytest.mark.parametrize(
    "change",
    [
        {"match": None},
        {"rules": []},
        {"rules": [{"id": "A-1"}]},
        {"rules": [{"id": "A-1", "check": CHECK, "expr": "true"}]},
        {"rules": [{"id": "A-1", "check": CHECK, "message": "no"}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "lt": 1}}]},
        {"rules": [{"id": "A-1", "check": {"metric": "sdmetrics.quality"}}]},
        {"rules": [{"id": "A-1", "check": {"gte": 1}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "budget": "source.run_delta"}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "metric": "sdmetrics.qualty"}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "metric": "source.run_delta"}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "bound": "upper"}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "forEach": "column"}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "minN": 0}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "maxAge": "30"}}]},
        {"rules": [{"id": "A-1", "check": {**CHECK, "gte": "0.9"}}]},
        {"rules": [{"id": "A-1", "check": {"metric": "fidelity.shape", "gte": 0.9}}]},
        {"rules": [{"id": "A-1", "check": {"budget": "source.run_delta", "gte": 1}}]},
        {"rules": [{"id": "A-1", "check": {"budget": "source.run_delta", "lt": 1, "minN": 3}}]},
        {"rules": [{"id": "A-1", "expr": "x" * 4001}]},
        {"exclude": {}},
        {"match": {"all": [{}]}},
        {"sharing": [{"audience": "public", "effect": "deny", "agreement": "DUA"}]},
        {"sharing": [{"audience": "public", "jurisdictions": ["UK"]}]},
        {"uses": {"allow": ["a", "a"]}},
        {"params": {"a_b": 1}},
        {"params": {"a": None}},
        {"approvals": {"quorum": [{"role": "boss", "min": 2}], "validFor": "P1D"}},
        {"ramp": []},
    ],
    ids=str,
)
def test_an_editor_sees_what_the_loader_would_refuse(change: dict[str, Any]) -> None:
    content = document(**change)

    assert not loads(content)
    assert not VALIDATOR.is_valid(content)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"match": {"all": [{"source": ["a"]}], "any": [{"use": ["b"]}]}},
        {"rules": [], "extends": [{"id": "base", "version": "^1"}]},
        {"params": {"limit": 1, "age": "P9D", "n": 5}, "rules": [
            {"id": "A-1", "check": {"metric": "utility.tstr.ratio", "bound": "lower",
             "gt": "${params.limit}", "minN": "${params.n}", "maxAge": "${params.age}"}}]},
        {"rules": [{"id": "A-1", "check": {"budget": "source.run_delta", "lt": 1}}]},
        {"rules": [rule("fidelity.shape", forEach="column", gte=1)]},
        {"rules": [{"id": "A-1", "expr": "true", "message": "{dataset.rows}"}]},
        {"rules": [{"id": "A-1", "expr": "true", "title": "\u00a0\ufeff"}]},
        {"sharing": [{"audience": "public", "effect": "deny"}]},
        {"uses": {"allow": []}},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_loader_accepts_is_valid(change: dict[str, Any]) -> None:
    content = document(**change)

    assert loads(content)
    assert list(VALIDATOR.iter_errors(content)) == []


def test_a_base_governs_nothing_and_a_release_policy_must() -> None:
    base = copy.deepcopy(document())
    base["kind"] = "PolicyBase"
    assert not VALIDATOR.is_valid(base)
    del base["spec"]["match"]
    assert VALIDATOR.is_valid(base)
    base["kind"] = "ReleasePolicy"
    assert not VALIDATOR.is_valid(base)


def test_of_the_malformed_policies_an_editor_finds_two_in_three() -> None:
    validator = Draft202012Validator(schema(known_metrics()))
    found, missed = set(), set()
    for file in sorted((ROOT / "tests/data/malformed").glob("*.yaml")):
        try:
            data, _ = read(file.read_bytes(), file.name)
        except InvalidInput:
            continue  # not YAML as it must be, which editors see without a schema
        (missed if validator.is_valid(data) else found).add(file.stem)

    assert len(found) > 2 * len(missed)
    assert {name for name in missed if name.startswith(("envelope", "match", "budget"))} == set()
    assert {"check-for-each-missing", "check-bound-lets-doubt-pass", "sharing-country"} <= found

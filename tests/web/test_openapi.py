"""The API against its own description: no answer that it does not foresee, and no 5xx.

Schemathesis makes the requests from the description, seeded; a person with every role sends them,
so that they come past the checks of roles and to the workflows.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis import checks
from schemathesis.specs.openapi import checks as described
from web.desks import Desktop

from registry.web.api.examples import bodies, takes_files

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORESEEN = (
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
)
LEFT = ("/api/v1/session",)
"""Ending the session would leave nobody to ask."""


def soundly(desktop: Desktop, examples: int) -> Counter[int]:
    """Try every call; returns how often each status was answered."""
    sitter = desktop.by("carla")
    headers = {
        "X-Registry-Seal": sitter.client.headers["x-registry-seal"],
        "Cookie": f"__Host-registry={sitter.client.cookies['__Host-registry']}",
        "If-Match": "*",
    }
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", desktop.app)
    answered: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in LEFT:
            continue

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def tried(case: Any) -> None:
            answer = case.call(headers=headers, base_url="https://testserver")
            answered[answer.status_code] += 1
            case.validate_response(answer, checks=FORESEEN)

        tried()
    return answered


@SQLITE
def test_no_call_breaks_or_answers_what_the_description_does_not_foresee(desktop: Desktop) -> None:
    answered = soundly(desktop, 4)

    assert answered.total() > 300
    # Not all were turned away at the door: many came to the workflows.
    assert answered[200] > 60
    assert answered[404] > 10


@SQLITE
@pytest.mark.soak
def test_nor_does_any_of_many_more(desktop: Desktop) -> None:
    assert soundly(desktop, 200).total() > 15_000


@SQLITE
def test_every_name_that_is_asked_for_has_an_example_that_its_schema_takes(
    desktop: Desktop,
) -> None:
    found = desktop.app.openapi()
    asked = {
        (operation["operationId"], name): schema
        for item in found["paths"].values()
        for operation in item.values()
        for name, schema in required(operation, found)
    }

    assert len(asked) > 150
    assert [one for one, schema in asked.items() if not examples(schema, found)] == []
    for schema in asked.values():
        whole = {**schema, "components": found["components"]}
        for one in examples(schema, found):
            Draft202012Validator(whole).validate(one)


def required(operation: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The names in an address, and the fields of a body that must be there and hold no file."""
    for one in operation.get("parameters", ()):
        if one["in"] == "path":
            yield one["name"], one["schema"]
    for body in bodies(operation, found):
        for name in body.get("required", ()):
            if not takes_files(body["properties"][name]):
                yield name, body["properties"][name]


def examples(schema: dict[str, Any], found: dict[str, Any]) -> list[Any]:
    """Those of a schema; one of few words is its own example."""
    if "$ref" in schema:
        schema = found["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return list(schema.get("examples", schema.get("enum", ())))

"""The API against its own description: no answer that it does not foresee, and no 5xx.

Schemathesis makes the requests from the description, seeded; somebody of each role sends them, so
that they come past the checks of roles and to the workflows.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis import checks
from schemathesis.specs.openapi import checks as described
from web.desks import Desktop
from web.test_authorisation import EVERYBODY, SERVICE, holder

from registry.web.api.examples import bodies, takes_files

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORESEEN = (
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
)
Answers = dict[str, Counter[int]]
LEFT = ("/api/v1/session",)
"""Ending the session would leave nobody to ask."""


def soundly(desktop: Desktop, roles: Collection[str], examples: int, every: int = 1) -> Answers:
    """Try every call as somebody of each role, or one in ``every`` for each; in a fixed order.

    Returns how often each status was answered, by the role that asked.
    """
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", desktop.app)
    # Who asks is not made up: an invented token would be turned away at the door.
    schema.config.generation.with_security_parameters = False
    operations = [one.ok() for one in schema.get_all_operations()]
    answers: Answers = {}
    for number, role in enumerate(roles):
        asker = asking(desktop, role)
        answers[role] = Counter()
        for operation in operations[number % every :: every]:
            if operation.path not in LEFT:
                answers[role] += tried(operation, asker, examples)
    return answers


def asking(desktop: Desktop, role: str) -> dict[str, str]:
    """The headers by which somebody of a role asks."""
    sent = holder(desktop, role).client.headers
    if role == SERVICE:
        return {"If-Match": "*", "Authorization": sent["authorization"]}
    secret = next(iter(reversed(desktop.app.state.desk.sittings.names)))
    cookie = f"__Host-registry={secret}"
    return {"If-Match": "*", "Cookie": cookie, "X-Registry-Seal": sent["x-registry-seal"]}


def tried(operation: Any, asker: dict[str, str], examples: int) -> Counter[int]:
    answered: Counter[int] = Counter()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def once(case: Any) -> None:
        answer = case.call(headers=asker, base_url="https://testserver")
        answered[answer.status_code] += 1
        case.validate_response(answer, checks=FORESEEN)

    once()
    return answered


@SQLITE
def test_no_call_breaks_or_answers_what_the_description_does_not_foresee(desktop: Desktop) -> None:
    answers = soundly(desktop, sorted(EVERYBODY), examples=4, every=3)

    # Each role was let through to some workflows, and turned away from others.
    assert all(found[401] == 0 for found in answers.values())
    assert all(found[200] > 5 and found[403] > 0 and found[404] > 0 for found in answers.values())
    assert sum(found.total() for found in answers.values()) > 1_000


@SQLITE
@pytest.mark.soak
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_nor_does_any_of_many_more(desktop: Desktop, role: str) -> None:
    (answered,) = soundly(desktop, [role], examples=100).values()

    assert answered.total() > 10_000


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

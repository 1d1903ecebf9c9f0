"""The API against its own description: no answer that it does not foresee, and no 5xx.

Schemathesis makes the requests from the description, seeded; a person with every role sends them,
so that they come past the checks of roles and to the workflows.
"""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as described
from web.desks import Desktop

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

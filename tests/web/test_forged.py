"""Who signs, as what and when is nobody's to say in a form or a body; and nobody signs twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from browsers import Browser, claiming
from fastapi import FastAPI
from httpx import Response
from world import World

from registry.web.application import application
from registry.workflow.put_before import put_before
from registry.workflow.review import review

SIGN = "/review/R-1/sign"
CALL = "/api/v1/requests/R-1/signatures"
LIES: dict[str, Any] = {
    "name": "paula",
    "account": "paula",
    "signer": "paula",
    "account_id": "4",
    "as": "paula",
    "at": "2020-01-01T00:00:00Z",
    "authentication": "password and one-time code",
    "statement": "{}",
    "signature": "AA==",
    "key_id": "x",
    "decision": "{}",
}


@pytest.fixture
def app(world: World) -> FastAPI:
    world.submit()
    return application(world.home.settings, world.home.clock)


def signed(world: World) -> list[dict[str, Any]]:
    return list(review(world.by("amir"), "R-1")["signoffs"])  # type: ignore[call-overload]


def called(who: Browser, **said: object) -> Response:
    """The same person's call of the API, with the tag of what is there."""
    seal = who.client.get("/api/v1/session").json()["seal"]
    tag = who.client.get("/api/v1/requests/R-1").headers["etag"]
    body = {"meaning": "approve", "reason": "read", **said}
    return who.client.post(CALL, json=body, headers={"x-registry-seal": seal, "if-match": tag})


def test_what_a_form_says_of_its_signer_is_not_heeded(world: World, app: FastAPI) -> None:
    claiming(app, "stefan").send("/review/R-1", SIGN, meaning="approve", reason="read", **LIES)

    (one,) = signed(world)
    assert (one["name"], one["role"]) == ("stefan", "steward")
    assert one["at"] == world.home.now()
    assert one["authentication"] == "unauthenticated (local mode)"
    assert one["signature"] is None


@pytest.mark.parametrize("lie", [*LIES, "method", "expires"])
def test_what_a_body_says_of_its_signer_is_refused(world: World, app: FastAPI, lie: str) -> None:
    answer = called(claiming(app, "stefan"), **{lie: "paula"})

    assert answer.status_code == 422
    assert signed(world) == []


@pytest.mark.parametrize("role", ["privacy-officer", "compliance-officer", "service"])
def test_nobody_signs_in_a_role_or_for_a_person_that_is_not_theirs(
    world: World, app: FastAPI, role: str
) -> None:
    stefan = claiming(app, "stefan")
    for seat in (role, f"{role} for paula", "steward for stella", " for paula"):
        typed = {"meaning": "approve", "reason": "read", "seat": seat}
        assert stefan.send("/review/R-1", SIGN, **typed).status_code == 403, seat
    assert called(stefan, role=role).status_code == 403
    assert called(stefan, principal="paula").status_code == 403
    assert signed(world) == []


@pytest.mark.parametrize("digest", [None, "", "sha256:" + "0" * 64])
def test_together_as_alone_nothing_is_signed_that_was_not_shown(
    world: World, app: FastAPI, digest: str | None
) -> None:
    stefan = claiming(app, "stefan")
    fields = stefan.hidden("/review?whose=mine", "/review/approve")
    shown = fields.pop("expected R-1")
    assert shown == put_before(world.by("stefan"), "R-1").digest
    said = {"expected R-1": digest} if digest is not None else {}

    page = stefan.client.post("/review/approve", data={**fields, "approve R-1": "on", **said}).text

    assert "not signed" in page
    assert signed(world) == []


def test_a_person_who_signs_everywhere_at_once_has_signed_once(world: World, app: FastAPI) -> None:
    stefan = claiming(app, "stefan")
    fields = stefan.hidden("/review/R-1", SIGN) | {"meaning": "approve", "reason": "read"}
    many = stefan.hidden("/review?whose=mine", "/review/approve") | {"approve R-1": "on"}
    ways = (
        lambda: stefan.client.post(SIGN, data=fields),
        lambda: stefan.client.post("/review/approve", data=many),
        lambda: called(stefan),
    )
    with ThreadPoolExecutor(6) as threads:
        answers = [one.result() for one in [threads.submit(way) for way in ways * 2]]

    assert all(one.status_code < 500 for one in answers)
    (one,) = signed(world)
    assert one["name"] == "stefan"
    assert review(world.by("amir"), "R-1")["state"] == "submitted"

"""The desk lets in by its link alone, shows what is recorded, and takes no form but its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from world import World

from registry.web.application import application
from registry.web.desk import Desk

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    app = application(replace(world.home.settings, claimed=None), world.home.clock)
    # Entered, it would settle all that this process has loaded, which takes long in a test run.
    yield TestClient(app, base_url="https://testserver", follow_redirects=False)
    app.state.desk.home.engine.dispose()


def enter(client: TestClient, name: str) -> None:
    desk = client.app.state.desk  # type: ignore[attr-defined]
    assert isinstance(desk, Desk) and desk.sittings is not None
    assert client.get(f"/enter/{desk.sittings.code}").status_code == 303
    page = client.get("/login").text
    seal = page.partition('name="seal" value="')[2].partition('"')[0]
    assert client.post("/login", data={"seal": seal, "name": name}).status_code == 303


def test_nobody_sees_a_page_before_signing_in(client: TestClient) -> None:
    for address in ("/", "/datasets", "/review"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    assert client.get("/api/v1/datasets").status_code == 401


def test_the_link_works_once(client: TestClient) -> None:
    code = client.app.state.desk.sittings.code  # type: ignore[attr-defined]

    assert client.get("/enter/wrong").status_code == 403
    assert client.get(f"/enter/{code}").status_code == 303
    assert client.get(f"/enter/{code}").status_code == 403


def test_who_came_in_sees_versions_and_what_waits(client: TestClient, world: World) -> None:
    enter(client, "stefan")

    assert world.label in client.get("/datasets").text
    assert "What waits" in client.get("/").text
    shown = client.get(f"/datasets/{world.label}")
    assert shown.status_code == 200 and "Where it stands" in shown.text
    assert "Verdict" in client.get(f"/datasets/{world.label}/policy").text
    assert [one["version"] for one in client.get("/api/v1/datasets").json()] == [world.label]


def test_a_form_without_the_seal_of_its_session_is_refused(client: TestClient) -> None:
    enter(client, "stefan")

    assert client.post("/logout", data={"seal": "forged"}).status_code == 403
    assert client.post("/logout").status_code == 403
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert client.post("/logout", data={}, headers=elsewhere).status_code == 403


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(
    client: TestClient,
) -> None:
    enter(client, "stefan")

    page = client.get("/datasets/nothing@1")
    assert page.status_code == 404 and "there is no dataset" in page.text
    assert client.get("/nowhere").status_code == 404
    problem = client.get("/api/v1/nowhere")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404


def test_every_answer_forbids_what_is_not_ours(client: TestClient) -> None:
    for address in ("/login", "/static/desk.css", "/api/v1/datasets", "/nowhere"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-request-id"]


def test_a_page_names_the_digest_of_the_script_that_others_wrote(client: TestClient) -> None:
    named = re.search(
        r'src="/static/htmx.min.js" integrity="sha384-(.*?)"', client.get("/login").text
    )
    script = client.get("/static/htmx.min.js").content

    assert named
    assert base64.b64decode(named[1]) == hashlib.sha384(script).digest()

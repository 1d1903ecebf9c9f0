"""What every call of the API keeps: pages, tags, keys, limits, problems and who may change."""

import re
from dataclasses import replace

import pytest
from conftest import real_table
from registries import After
from web.calls import CARD_FILE
from web.desks import Desktop
from web.furnished import furnish

from registry.web.api.routing import MOST_JSON
from registry.workflow.context import Context
from registry.workflow.query import Question, query

WHY = {"reason": "for the record"}


def test_a_list_comes_in_pages_that_lead_to_each_other(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    whole = [one["name"] for one in carla.get("/accounts").json()]
    found, path = [], "/accounts?limit=3"
    while path:
        answer = carla.get(path)
        found.append([one["name"] for one in answer.json()])
        following = re.search(r'</api/v1([^>]+)>; rel="next"', answer.headers["link"])
        path = following[1] if following else ""

    assert [one for page in found for one in page] == whole
    assert {len(page) for page in found[:-1]} == {3}


def test_events_are_paged_by_their_number_each_once(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    known = [one["seq"] for one in query(desktop.home, Question())]
    found, path = [], "/audit/events?limit=7"
    while path:
        answer = carla.get(path)
        found += [one["seq"] for one in answer.json()]
        following = re.search(r'</api/v1([^>]+)>; rel="next"', answer.headers.get("link", ""))
        path = following[1] if following else ""

    assert found == known


def test_a_change_needs_the_tag_of_what_was_seen(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    seen = carla.tag("/releases/REL-1")

    without = carla.post("/releases/REL-1/revocation", json=WHY)
    done = carla.post("/releases/REL-1/revocation", json=WHY, headers=seen)
    again = carla.post("/releases/REL-1/revocation", json=WHY, headers=seen)

    assert (without.status_code, done.status_code, again.status_code) == (428, 200, 412)
    assert carla.get("/releases/REL-1").json()["state"] == "revoked"
    assert again.json()["exit_code"] == 5


@pytest.mark.parametrize(
    "tag", ['"a*"', '"*"', "*, *", 'W/"{tag}"', "W/*", '"', ",", "{tag}", 'x"{tag}"', '"a", "b"']
)
def test_what_only_looks_like_the_tag_changes_nothing(desktop: Desktop, tag: str) -> None:
    carla = desktop.by("carla")
    seen = carla.tag("/releases/REL-1")["If-Match"].strip('"')
    said = {"If-Match": tag.format(tag=seen)}

    assert carla.post("/releases/REL-1/revocation", json=WHY, headers=said).status_code == 412


def test_one_tag_of_a_list_is_enough(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    said = {"If-Match": '"older" , ' + carla.tag("/releases/REL-1")["If-Match"]}

    assert carla.post("/releases/REL-1/revocation", json=WHY, headers=said).status_code == 200


def test_whoever_has_the_newest_is_told_so_and_sent_nothing(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    tag = carla.get("/sources/hospital").headers["etag"]

    answer = carla.get("/sources/hospital", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_under_a_key_a_call_is_done_once(desktop: Desktop) -> None:
    stefan = desktop.by("stefan")
    declared = {
        "source": "hospital",
        "epsilon": 4,
        "delta": 1e-5,
        "unit": "person",
        "relation": "add-remove",
        "audience": "public",
        "reason": "what the board allows",
    }
    key = {"Idempotency-Key": "once"}

    first = stefan.post("/budgets", json=declared, headers=key)
    second = stefan.post("/budgets", json=declared, headers=key)
    other = stefan.post("/budgets", json=declared | {"epsilon": 5}, headers=key)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert other.status_code == 409
    assert len(stefan.get("/budgets?all=true").json()) == 2


def test_a_call_that_would_not_heed_a_key_refuses_it(desktop: Desktop) -> None:
    admin = desktop.by("admin")
    headers = {"Idempotency-Key": "once", "If-Match": "*"}
    before = admin.get("/accounts/eve").json()

    answer = admin.put("/accounts/eve/roles/steward", headers=headers)

    assert answer.status_code == 422
    assert admin.get("/accounts/eve").json() == before


def test_a_file_with_its_card_becomes_a_version(desktop: Desktop) -> None:
    ada = desktop.by("ada")
    table = real_table(9).to_csv(index=False).encode()

    answer = ada.post("/datasets", files={"data": ("new.csv", table), "card": CARD_FILE})

    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == "/api/v1/datasets/claims@2"
    assert ada.get("/datasets/claims@2").json()["rows"] == 120
    assert not list((desktop.home.settings.folder / "incoming").iterdir())


def test_a_session_changes_nothing_without_its_seal(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    tag = carla.tag("/releases/REL-1")
    del carla.client.headers["x-registry-seal"]

    answer = carla.post("/releases/REL-1/revocation", json=WHY, headers=tag)

    assert answer.status_code == 403
    assert carla.get("/releases/REL-1").json()["state"] == "in-force"


def test_another_site_cannot_have_a_session_change_anything(desktop: Desktop) -> None:
    carla = desktop.by("carla")
    headers = {**carla.tag("/releases/REL-1"), "Sec-Fetch-Site": "cross-site"}

    answer = carla.post("/releases/REL-1/revocation", json=WHY, headers=headers)

    assert answer.status_code == 403
    assert carla.get("/releases/REL-1").json()["state"] == "in-force"


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("GET", "/releases/REL-99", {}, 404),
        ("DELETE", "/releases", {}, 405),
        ("POST", "/requests", {"content": b"{", "headers": {"content-type": "text/plain"}}, 422),
        ("POST", "/requests", {"json": {"version": "claims@1", "unknown": 1}}, 422),
        ("POST", "/requests", {"content": b'"' + b"x" * MOST_JSON + b'"'}, 413),
        ("GET", "/releases?limit=0", {}, 422),
        ("GET", "/releases?to=%00", {}, 422),
    ],
)
def test_what_goes_wrong_is_a_problem_of_its_own(
    desktop: Desktop, method: str, path: str, sent: dict[str, object], status: int
) -> None:
    carla = desktop.by("carla")

    answer = carla.client.request(method, f"/api/v1{path}", **sent)

    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert answer.json()["status"] == status


def test_the_page_on_the_api_holds_every_call_and_no_script_of_its_own(desktop: Desktop) -> None:
    answer = desktop.anybody().get("/docs")

    paths = desktop.app.openapi()["paths"]
    assert all(path in answer.text for path in paths)
    assert re.findall(r"<script(?! src=)|style=|https?://", answer.text) == []
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_files_beyond_the_limit_of_the_settings_are_not_taken(home: Context, after: After) -> None:
    after(furnish)
    settings = replace(home.settings, upload_limit=1)
    small = Desktop(replace(home, settings=settings))
    ada = small.by("ada")

    def sent(size: int) -> int:
        files = {"data": ("t.csv", b"x" * size), "card": ("card.yaml", b"{}")}
        return int(ada.post("/datasets", files=files).status_code)

    found = (sent(900_000), sent(1_100_000))
    small.close()

    assert found == (422, 413)


def test_who_has_no_code_learns_of_no_name(desktop: Desktop) -> None:
    stranger = desktop.anybody()
    answers = [
        stranger.post("/session", json={"name": name, "code": "no code"})
        for name in ("carla", "nobody-of-that-name")
    ]

    assert {one.status_code for one in answers} == {403}
    assert len({one.json()["detail"] for one in answers}) == 1


def test_a_name_that_is_not_there_uses_up_no_code(desktop: Desktop) -> None:
    code = desktop.app.state.desk.sittings.code
    wrong = desktop.anybody().post("/session", json={"name": "nobody", "code": code})
    right = desktop.anybody().post("/session", json={"name": "carla", "code": code})
    again = desktop.anybody().post("/session", json={"name": "carla", "code": code})

    assert (wrong.status_code, right.status_code, again.status_code) == (403, 201, 403)

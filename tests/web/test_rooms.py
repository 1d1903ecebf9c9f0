"""Every room of the desk: open to every role, closed to nobody who may read, calm when empty."""

import re

import pytest
from browsers import Browser, claiming
from conftest import acting
from fastapi import FastAPI
from world import POLICY, World

from registry.records import Role
from registry.web.application import application
from registry.web.cookies import SESSION
from registry.workflow.add_account import add_account
from registry.workflow.budgets.partition import Asked, partition
from registry.workflow.context import Context
from registry.workflow.release import Terms, release

ROOMS = (
    *("/", "/review", "/review?whose=mine", "/review?state=closed", "/review/R-1", "/deputies"),
    *("/policies", "/policies/house-rules", "/policies/house-rules/document"),
    *("/policies/house-rules/changes", "/policy-drafts", "/waivers?all=1"),
    *("/sources", "/sources/hospital"),
    *("/releases", "/releases/new", "/releases/REL-1", "/recalls?all=1", "/recipients"),
    *("/agreements?all=1", "/agreements/A-1", "/access", "/access?all=1", "/access/Q-1"),
    *("/audit", "/audit?outcome=denied", "/audit/log", "/audit/events/1"),
    *("/accounts", "/accounts/ada", "/tokens"),
)
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def app(world: World) -> FastAPI:
    world.agree()
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team"))
    return application(world.home.settings, world.home.clock)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def ask(who: Browser, **other: str) -> str:
    fields = {
        "dataset": "claims",
        "recipient": "Pricing team",
        "use": "model-development",
        "audience": "internal",
        "purpose": "price models",
        "until": "2027-06-30",
    }
    return who.send("/access", "/access", **(fields | other)).text


@pytest.mark.parametrize("name", ["ada", "paula", "carla", "amir", "admin"])
def test_every_room_opens_for_every_role_without_a_script_of_its_own(
    app: FastAPI, name: str
) -> None:
    ask(claiming(app, "amir"))
    who = claiming(app, name)

    for room in ROOMS:
        answer = who.get(room)
        assert answer.status_code == 200, (room, text_of(answer.text)[:300])
        assert not re.search(r"<script(?! src=\"/static/)|\son[a-z]+=|\sstyle=", answer.text), room


def test_empty_rooms_say_how_something_comes_to_be_there(home: Context) -> None:
    add_account(home, "admin", [Role.ADMIN])
    add_account(acting(home, "admin"), "carla", [Role.COMPLIANCE_OFFICER])
    carla = claiming(application(home.settings, home.clock), "carla")

    for room in ("/review", "/policies", "/sources", "/releases", "/waivers", "/recalls"):
        assert 'class="empty"' in carla.get(room).text, room


@pytest.mark.parametrize("path", ["/review/R-9", "/policies/none", "/sources/none", "/access/Q-9"])
def test_what_is_not_there_is_not_found(app: FastAPI, path: str) -> None:
    assert claiming(app, "carla").get(path).status_code == 404


def test_nobody_comes_in_without_a_session(app: FastAPI) -> None:
    stranger = claiming(app, "carla")
    stranger.client.cookies.clear()

    for room in ROOMS:
        answer = stranger.client.get(room, follow_redirects=False)
        assert answer.headers.get("location", "").startswith("/login"), room


def test_data_is_asked_for_and_answered_and_what_is_written_is_never_markup(app: FastAPI) -> None:
    page = ask(claiming(app, "ada"), purpose=HOSTILE)
    carla = claiming(app, "carla")
    answered = carla.send("/access/Q-1", "/access/Q-1/answer", answer=HOSTILE, do="answer").text

    assert HOSTILE not in page + answered
    assert "&lt;img src=x" in answered
    assert "it is answered" in text_of(answered)
    assert "Submit claims@1 for this" in text_of(answered)


def test_only_a_compliance_officer_answers_and_what_was_typed_stays(app: FastAPI) -> None:
    ask(claiming(app, "ada"))

    answer = claiming(app, "paula").send(
        "/access/Q-1", "/access/Q-1/answer", answer="my long answer", do="answer"
    )

    assert answer.status_code == 403
    assert "my long answer" in answer.text


def test_a_release_is_revoked_and_its_recall_waits(app: FastAPI) -> None:
    carla = claiming(app, "carla")

    page = carla.send("/releases/REL-1", "/releases/REL-1/revoke", reason="a person asked").text

    assert "it is revoked" in text_of(page).lower()
    assert "REL-1" in carla.get("/recalls").text


def test_a_steward_revokes_nothing(app: FastAPI) -> None:
    answer = claiming(app, "stefan").send(
        "/releases/REL-1", "/releases/REL-1/revoke", reason="no reason"
    )

    assert answer.status_code == 403
    assert "in-force" in claiming(app, "stefan").get("/releases").text


def test_releases_are_rechecked(app: FastAPI) -> None:
    page = claiming(app, "carla").send("/releases", "/releases/recheck").text

    assert "nothing speaks against it today" in text_of(page)


def test_a_draft_shows_whom_it_would_refuse_and_records_nothing(world: World, app: FastAPI) -> None:
    carla = claiming(app, "carla")
    draft = (POLICY % {"version": "2.0.0", "limit": "1.0"}).encode()
    fields = carla.hidden("/policy-drafts", "/policy-drafts")

    page = carla.client.post(
        "/policy-drafts", data={**fields, "do": "try"}, files={"file": ("draft.yaml", draft)}
    ).text

    assert "1 of 1 decisions would turn, 1 of them from allowed to refused" in text_of(page)
    assert "2.0.0" not in carla.get("/policies").text


def test_a_draft_is_published_by_its_owners_alone(app: FastAPI) -> None:
    draft = {"file": ("draft.yaml", (POLICY % {"version": "2.0.0", "limit": "1.0"}).encode())}
    for name, status in (("stefan", 403), ("carla", 200)):
        who = claiming(app, name)
        fields = who.hidden("/policy-drafts", "/policy-drafts")
        done = who.client.post(
            "/policy-drafts", data={**fields, "do": "publish"}, files=dict(draft)
        )
        assert done.status_code == status, text_of(done.text)

    changes = claiming(app, "stefan").get("/policies/house-rules/changes").text
    assert "from 1.0.0 to 2.0.0" in text_of(changes)


def test_a_rule_is_an_anchor_on_its_line(app: FastAPI) -> None:
    page = claiming(app, "amir").get("/policies/house-rules").text

    assert '<span class="line" id="DP-001">' in page
    assert '<a href="#DP-001">' in page


def test_a_budget_is_declared_by_one_and_signed_by_another(app: FastAPI) -> None:
    asked = {"limit": "4", "limit_delta": "1e-5", "unit": "person", "relation": "add-remove"}
    asked |= {"audience": "internal", "reason": "two releases", "method": "basic"}
    stefan, paula = claiming(app, "stefan"), claiming(app, "paula")

    page = stefan.send("/sources/hospital", "/sources/hospital/budgets", **asked).text
    assert "Sign B-1" in text_of(page)
    own = stefan.send("/sources/hospital", "/sources/hospital/budgets/B-1/sign")
    other = paula.send("/sources/hospital", "/sources/hospital/budgets/B-1/sign")

    assert own.status_code == 403
    assert other.status_code == 200
    fits = text_of(paula.get("/sources/hospital?epsilon=1.5&delta=1e-6").text)
    assert "It would fit B-1" in fits
    assert "It would not fit B-1" in text_of(paula.get("/sources/hospital?epsilon=9").text)


def test_a_number_that_is_none_is_said_where_it_was_typed(app: FastAPI) -> None:
    answer = claiming(app, "stefan").get("/sources/hospital?epsilon=much")

    assert answer.status_code == 422
    assert "much" in answer.text


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_what_was_searched_for_is_taken_away(app: FastAPI, form: str) -> None:
    answer = claiming(app, "amir").get(f"/audit/export?fact=release.granted&format={form}")

    assert answer.headers["content-disposition"] == f'attachment; filename="events.{form}"'
    assert answer.text.count("release.granted") == 1


def test_a_search_for_a_word_there_is_not_says_so(app: FastAPI) -> None:
    answer = claiming(app, "amir").get("/audit?outcome=nonsense")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_log_is_verified_and_says_what_that_does_not_show(app: FastAPI) -> None:
    page = text_of(claiming(app, "amir").send("/audit/log", "/audit/log/verify").text)

    assert "Intact" in page
    assert "does not rule out" in page


def test_the_proof_of_an_event_is_taken_away(app: FastAPI) -> None:
    amir = claiming(app, "amir")

    answer = amir.send("/audit/events/1", "/audit/events/1/proof")

    assert answer.json()["kind"] == "EventProof"


def test_an_admin_adds_an_account_and_nobody_else(app: FastAPI) -> None:
    fields = {"name": "newcomer", "role auditor": "yes"}
    added = claiming(app, "admin").send("/accounts", "/accounts", **fields)
    stefan = claiming(app, "stefan")
    seal = stefan.hidden("/sources/hospital", "/sources/hospital/withdraw")
    refused = stefan.client.post("/accounts", data={**seal, "name": "friend"})

    assert "newcomer" in added.text
    assert refused.status_code == 403
    assert "friend" not in claiming(app, "admin").get("/accounts").text


def test_a_form_of_another_session_is_kept_and_not_done(world: World, app: FastAPI) -> None:
    ada, carla = claiming(app, "ada"), claiming(app, "carla")
    fields = ada.hidden("/access", "/access") | {"purpose": "typed for an hour"}

    answer = carla.client.post("/access", data=fields)

    assert answer.status_code == 409
    assert "typed for an hour" in answer.text
    assert "You are signed in as carla" in text_of(answer.text)
    assert "Q-1" not in carla.get("/access").text


def test_in_local_mode_what_was_typed_waits_for_the_link_of_the_next_server(app: FastAPI) -> None:
    ada, names = claiming(app, "ada"), app.state.desk.sittings.names
    fields = ada.hidden("/access", "/access") | {"purpose": "typed for an hour"}
    names.clear()

    asked = ada.client.post("/access", data=fields)

    assert asked.status_code == 401
    assert "Open the link" in asked.text
    kept = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', asked.text))
    assert kept["purpose"] == "typed for an hour"
    names["another sitting"] = "ada"
    ada.client.cookies.set(SESSION, "another sitting")
    shown = ada.client.post("/access", data=kept)
    assert shown.status_code == 409
    assert "typed for an hour" in shown.text
    assert "Not sent yet" in shown.text


def test_a_source_shows_its_partitions_and_what_they_rest_on(world: World, app: FastAPI) -> None:
    parts = ("basic", "more=plus", "more=full")
    partition(
        world.by("stefan"), Asked("hospital", "plan-type", "plan", "person", parts, "one plan each")
    )

    page = text_of(claiming(app, "paula").get("/sources/hospital").text)

    assert "Sign P-1: plan-type" in page
    assert " person basic; more: plus, full proposed " in page


def test_the_newest_events_are_one_step_away(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.web.pages.audit.PAGE", 5)
    amir = claiming(app, "amir")
    (newest,) = re.findall(r'<a href="([^"]+)">the newest</a>', amir.get("/audit").text)

    shown = re.findall(r"/audit/events/([0-9]+)", amir.get(newest).text)

    size = int(re.findall(r"([0-9]+) events", amir.get("/audit").text)[0])
    assert shown == [str(one) for one in range(size - 4, size + 1)]

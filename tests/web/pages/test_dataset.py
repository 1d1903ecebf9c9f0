"""The page of a version and its sides."""

import re
from html import unescape

import pytest
from conftest import real_table
from sqlalchemy import text
from web.pages.browser import Browser
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.workflow.amend import amend
from registry.workflow.check import check
from registry.workflow.register import register
from registry.workflow.withdraw import withdraw
from registry.workflow.withdraw_version import withdraw_version

MARKUP = "<script>alert(1)</script><b>bold</b>"
SIDES = ("", "/policy", "/evidence", "/utility", "/trade-off", "/epsilon", "/lineage")
SMALL = ("", "/lineage", "/signatures", "/history", "/actions")


def hostile(world: World) -> str:
    """A version whose card holds markup wherever it may."""
    card = CARD % {"epsilon": "1.0"} + (
        f"title: '{MARKUP}'\ndescription: '{MARKUP}'\nlimitations: ['{MARKUP}', 'another']\n"
        f"biases: ['{MARKUP}']\nuses: {{intended: ['{MARKUP}']}}\n"
    )
    card = card.replace("name: mst", f"name: '{MARKUP}'")
    data = world.folder / "hostile.csv"
    real_table(9).to_csv(data, index=False)
    return register(world.by("ada"), data, read_card(card.encode(), "card.yaml")).label


def test_the_overview_says_that_nothing_permits_a_version_nobody_decided_on(ada: Browser) -> None:
    page = ada.get("/datasets/claims@1")

    assert "No policy was asked yet, so nothing here permits a use" in page
    assert "nothing was measured, so no rule about a measurement passes" in page


def test_the_overview_shows_the_newest_decision_of_a_context_as_a_record(
    world: World, ada: Browser
) -> None:
    check(world.by("ada"), "claims@1", INTERNAL)
    world.publish("2.0.0", limit="1.0")
    check(world.by("ada"), "claims@1", INTERNAL)

    page = ada.get("/datasets/claims@1")

    assert '<span class="state deny">denied</span>' in page
    assert '<span class="state allow">' not in page
    assert "evidence ages and policies change" in page


def test_of_many_requests_the_newest_are_shown_and_the_others_counted(
    world: World, ada: Browser
) -> None:
    for _ in range(27):
        withdraw(world.by("ada"), world.submit())

    page = ada.get("/datasets/claims@1")

    shown = re.findall(r'<a href="/review/(R-\d+)">', page)
    assert shown == [f"R-{at}" for at in range(27, 2, -1)]
    assert "The newest 25 of 27" in page


def test_the_policy_side_decides_anew_with_the_margin_of_each_rule(
    world: World, ada: Browser
) -> None:
    check(world.by("ada"), "claims@1", INTERNAL)
    world.publish("2.0.0", limit="1.0")

    page = ada.get("/datasets/claims@1/policy")

    assert "Denied" in page
    assert "DP-001" in page and "-1" in page


@pytest.mark.parametrize("side", SIDES[1:])
def test_what_was_not_measured_is_said_to_be_missing_on_every_side(ada: Browser, side: str) -> None:
    page = ada.get(f"/datasets/claims@1{side}")

    assert 'aria-current="page"' in page
    assert "Traceback" not in page


def test_markup_in_a_card_is_shown_as_text_on_every_side(world: World, ada: Browser) -> None:
    label = hostile(world)
    check(world.by("ada"), label, INTERNAL)

    for side in (*SIDES, "/history", "/actions"):
        page = ada.get(f"/datasets/{label}{side}")
        assert "<script>alert" not in page and "<b>bold" not in page, side
    assert "&lt;script&gt;" in ada.get(f"/datasets/{label}")
    assert "<script>alert" not in ada.get("/datasets")


def test_the_lineage_leads_from_the_source_to_the_request_with_a_table_behind(
    world: World, ada: Browser
) -> None:
    world.register(4)
    request = world.submit("claims@2")
    card = CARD % {"epsilon": "2.0"} + "title: Amended\n"
    amend(world.by("ada"), "claims@2", read_card(card.encode(), "card"), "it had no title")

    page = ada.get("/datasets/claims@2/lineage")

    assert "<svg" in page
    for name in ("hospital", "mst 1.0", "claims@1", "superseded by @2", request):
        assert name in page.split("Everything in the picture")[1]
    assert "Card, revision 1" in page and "superseded" in page
    assert "was put forward in" in page


def test_signatures_are_printed_with_name_meaning_and_how_they_were_made(
    world: World, ada: Browser
) -> None:
    world.approve(world.submit(), "stefan")

    page = ada.get("/datasets/claims@1/signatures")

    assert "stefan" in page and "approve" in page and "unauthenticated (local mode)" in page


def test_the_history_is_the_log_about_the_version_a_page_at_a_time(
    world: World, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.workflow.browse.history.SIZE", 2)
    for _ in range(2):
        check(world.by("ada"), "claims@1", INTERNAL)

    newest = ada.get("/datasets/claims@1/history")
    earlier = re.search(r'href="([^"]+before=\d+)"', newest)
    assert earlier
    older = ada.get(earlier[1])

    assert newest.count("decision made") == 2 and "dataset registered" not in newest
    assert older.count("dataset registered") == 1
    assert 'rel="next"' not in older
    assert "There are no earlier events" in ada.get("/datasets/claims@1/history?before=1")


@pytest.mark.parametrize("query", ["before=-1", "before=x", f"before={10**30}"])
def test_a_place_in_the_history_that_is_no_event_is_refused(ada: Browser, query: str) -> None:
    ada.get(f"/datasets/claims@1/history?{query}", status=422)


def test_a_version_or_a_side_there_is_not_is_not_found(ada: Browser) -> None:
    ada.get("/datasets/claims@7", status=404)
    ada.get("/datasets/claims@1/nonsense", status=404)
    ada.get("/datasets/nothing@1", status=404)


def test_no_page_without_plots_weighs_more_than_150_kilobytes(world: World, ada: Browser) -> None:
    for side in SMALL:
        assert len(ada.get(f"/datasets/claims@1{side}").encode()) < 150_000


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("ada", {"check", "submit", "evaluate", "amend"}),
        ("carla", {"check", "withdraw"}),
        ("stefan", {"check"}),
        ("amir", {"check"}),
        ("admin", {"check"}),
    ],
)
def test_the_forms_are_those_that_a_role_may_post(
    browser: Browser, name: str, steps: set[str]
) -> None:
    page = browser.sign_in(name).get("/datasets/claims@1/actions")

    assert set(re.findall(r'action="/datasets/claims@1/([a-z-]+)"', page)) == steps


def test_a_check_records_its_answer_and_shows_it(world: World, ada: Browser) -> None:
    answer = ada.post(
        "/datasets/claims@1/check", use="model-development", audience="internal", jurisdiction=""
    )

    assert answer.headers["location"] == "/datasets/claims@1/policy"
    assert "allowed" in ada.get("/datasets/claims@1")


def test_submitting_opens_a_request_and_taking_it_back_closes_it(ada: Browser) -> None:
    opened = ada.post("/datasets/claims@1/submit", use="model-development", audience="internal")
    assert opened.headers["location"] == "/review/R-1"

    ada.post("/datasets/claims@1/take-back", request="R-1", reason="a newer version comes")

    assert "withdrawn: a newer version comes" in ada.get("/datasets/claims@1")


def test_what_the_policies_deny_is_not_put_forward(ada: Browser) -> None:
    answer = ada.post("/datasets/claims@1/submit", use="re-identification", audience="internal")

    assert answer.status_code == 403
    assert "is denied" in answer.text


def test_an_amended_card_is_a_new_revision_with_its_reason(world: World, ada: Browser) -> None:
    card = CARD % {"epsilon": "2.0"} + "title: Claims of a hospital\n"

    ada.post("/datasets/claims@1/amend", card=card, reason="it had no title")

    page = ada.get("/datasets/claims@1")
    assert "Claims of a hospital" in page
    assert "amended: revision 2" in page and "it had no title" in page


def test_the_card_on_the_form_is_the_very_card_of_the_version(ada: Browser) -> None:
    page = ada.get("/datasets/claims@1/actions")
    card = re.search(r'<textarea id="card"[^>]*>(.*?)</textarea>', page, re.S)
    assert card

    answer = ada.post("/datasets/claims@1/amend", card=unescape(card[1]), reason="nothing changed")

    assert answer.status_code == 409
    assert "has this very card already" in answer.text


def test_withdrawing_asks_for_the_name_and_then_nothing_can_be_done(
    world: World, browser: Browser
) -> None:
    carla = browser.sign_in("carla")
    refused = carla.post("/datasets/claims@1/withdraw", reason="wrong", confirm="claims@2")
    assert refused.status_code == 422

    carla.post("/datasets/claims@1/withdraw", reason="a column was swapped", confirm="claims@1")

    page = carla.get("/datasets/claims@1")
    assert "It must not be used" in page and "a column was swapped" in page
    assert '<form method="post" action="/datasets' not in carla.get("/datasets/claims@1/actions")


@pytest.mark.parametrize(
    ("name", "step", "fields"),
    [
        ("amir", "submit", {"use": "model-development", "audience": "internal"}),
        ("ada", "withdraw", {"reason": "x", "confirm": "claims@1"}),
        ("carla", "amend", {"card": CARD % {"epsilon": "2.0"}, "reason": "x"}),
    ],
)
def test_a_step_without_its_role_is_refused_and_logged(
    world: World, browser: Browser, name: str, step: str, fields: dict[str, str]
) -> None:
    answer = browser.sign_in(name).post(f"/datasets/claims@1/{step}", **fields)

    assert answer.status_code == 403
    with world.home.engine.connect() as connection:
        last = connection.execute(text("SELECT outcome FROM event ORDER BY seq DESC LIMIT 1"))
        assert last.scalar_one() == "forbidden"


def test_a_form_without_its_seal_changes_nothing(world: World, ada: Browser) -> None:
    answer = ada.client.post(
        "/datasets/claims@1/submit", data={"use": "model-development", "audience": "internal"}
    )

    assert answer.status_code == 403
    assert "R-1" not in ada.get("/datasets/claims@1")


def test_a_withdrawn_version_says_so_on_every_side(world: World, ada: Browser) -> None:
    withdraw_version(world.by("carla"), "claims@1", "a column was swapped")

    for side in SMALL:
        assert "It must not be used" in ada.get(f"/datasets/claims@1{side}")


def test_two_versions_are_compared_and_until_then_the_page_teaches(
    world: World, ada: Browser
) -> None:
    world.register(4)

    assert "Name two versions" in ada.get("/compare")
    assert "claims@2 against claims@1" in ada.get("/compare?first=claims@1&second=claims@2")
    ada.get("/compare?first=claims@1&second=claims@9", status=404)
    ada.get("/compare?first=%3Cb%3E&second=claims@1", status=422)

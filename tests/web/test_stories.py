"""The desk in real Chromium: a requester and an approver, each in a browser of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Prepared, Served, prepare, serving

from registry.settings import Proof
from registry.web.cookies import SESSION as COOKIE
from registry.workflow.people.login import logout
from registry.workflow.review import review

pytestmark = pytest.mark.slow
CHROMIUM = "/usr/bin/chromium"
ROOMS = (
    *("/", "/datasets", "/datasets/claims@1", "/register", "/jobs", "/review", "/review/R-1"),
    *("/review?whose=mine", "/deputies", "/policies", "/policies/house-rules"),
    *("/policies/house-rules/document", "/policy-drafts", "/waivers", "/sources"),
    *("/sources/hospital", "/releases", "/releases/new", "/recalls", "/recipients"),
    *("/agreements", "/access", "/audit", "/audit/log", "/audit/events/1", "/accounts"),
    *("/accounts/ada", "/tokens"),
)
Opens = Callable[..., Any]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"), sqlite_template)


@pytest.fixture
def served(prepared: Prepared, tmp_path: Path) -> Iterator[Served]:
    with serving(prepared, tmp_path / "desk") as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip("there is no Chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opens(chromium: Any, served: Served) -> Iterator[Opens]:
    """Opens a browser of one person; fails where a page asks anything of another host."""
    asked: list[str] = []
    contexts = []

    def open_for(name: str, *, script: bool = True) -> Any:
        context = chromium.new_context(java_script_enabled=script)
        contexts.append(context)
        context.on("request", lambda one: asked.append(one.url))
        page = context.new_page()
        page.goto(f"{served.url}/")
        served.sign_in(page, name)
        page.wait_for_url(f"{served.url}/")
        return page

    yield open_for
    for context in contexts:
        context.close()
    elsewhere = [one for one in asked if not one.startswith((f"{served.url}/", "data:", "blob:"))]
    assert asked
    assert elsewhere == []


def register(page: Any, served: Served) -> None:
    """Upload a table with its card, and put it forward."""
    page.goto(f"{served.url}/register")
    page.set_input_files("#table", str(served.folder / "synthetic.csv"))
    page.fill("#card", (served.folder / "card.yaml").read_text())
    page.click("button:has-text('Register')")
    page.wait_for_url("**/datasets/claims*")
    page.goto(f"{served.url}/datasets/claims@1/actions")
    form = page.locator("form[action$='/submit']")
    form.locator("[name=use]").select_option("model-development")
    form.locator("[name=audience]").select_option("internal")
    form.locator("button").click()
    page.wait_for_url("**/review/R-1")


def sign(page: Any, served: Served, name: str, reason: str = "") -> None:
    """Fill in the form of the page of a request, and sign."""
    form = page.locator("form[action$='/sign']")
    form.locator("[name=reason]").fill(reason)
    form.locator("[name=passphrase]").fill(served.office.people[name].given_passphrase)
    if form.locator("[name=code]").count():
        form.locator("[name=code]").fill(served.code(name))
    form.locator("button").click()
    page.wait_for_load_state()


def signed(served: Served) -> list[str]:
    found: Any = review(served.office.home, "R-1")["signoffs"]
    return [one["name"] for one in found]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_upload_to_release_and_home_to_signed_in_three_clicks(
    opens: Opens, served: Served, script: bool
) -> None:
    register(opens("ada", script=script), served)
    for name in ("stefan", "paula"):
        page = opens(name, script=script)
        page.click("a:has-text('R-1')")
        assert page.locator("h2").first.inner_text() == "Why it is allowed"
        sign(page, served, name, f"read by {name}")
        assert f"read by {name}" in page.inner_text("main")

    carla = opens("carla", script=script)
    carla.goto(f"{served.url}/releases/new?request=R-1")
    carla.fill("#recipient", "Pricing team")
    carla.click("button:has-text('Release')")
    carla.wait_for_url("**/releases/REL-1")

    assert "in-force" in carla.inner_text("main")
    assert signed(served) == ["stefan", "paula"]


def test_who_put_it_forward_cannot_approve_it(opens: Opens, served: Served) -> None:
    page = opens("eva")
    register(page, served)

    assert "You may not approve it." in page.inner_text("main")
    assert page.locator("#meaning option[value=approve]").count() == 0
    assert signed(served) == []


def test_what_changed_meanwhile_is_not_signed_and_the_difference_is_shown(
    opens: Opens, served: Served
) -> None:
    register(opens("ada"), served)
    page = opens("stefan")
    page.goto(f"{served.url}/review/R-1")
    served.publish("2.0.0", "2.5")

    sign(page, served, "stefan", "read whole")

    shown = page.inner_text("#changed")
    assert "It changed after it was shown to you, so nothing was signed." in shown
    assert "1.0.0" in shown
    assert "2.0.0" in shown
    assert signed(served) == []


def test_a_session_that_ended_keeps_what_was_typed(opens: Opens, served: Served) -> None:
    register(opens("ada"), served)
    page = opens("stefan")
    page.goto(f"{served.url}/review/R-1")
    secret = next(one["value"] for one in page.context.cookies() if one["name"] == COOKIE)
    logout(served.office.holding(Proof(session=secret)))

    sign(page, served, "stefan", "typed for an hour")
    assert "typed for an hour" in page.inner_text("main")
    with page.context.expect_page() as opened:
        page.click("a:has-text('Sign in again')")
    served.sign_in(opened.value, "stefan")
    opened.value.wait_for_url(f"{served.url}/")
    page.click("button:has-text('Send it')")
    assert "You are signed in as stefan" in page.inner_text("main")
    page.click("button:has-text('Send it')")

    assert page.locator("#reason").input_value() == "typed for an hour"
    assert page.locator("#passphrase").input_value() == ""
    sign(page, served, "stefan", page.locator("#reason").input_value())
    assert signed(served) == ["stefan"]


def test_a_request_is_signed_by_keyboard_alone(opens: Opens, served: Served) -> None:
    register(opens("ada"), served)
    page = opens("stefan")
    keys = page.keyboard

    def tab_to(what: str) -> None:
        for _ in range(120):
            keys.press("Tab")
            if page.evaluate("what => document.activeElement.matches(what)", what):
                return
        raise AssertionError(f"{what} is not reached with the Tab key")

    tab_to("a[href='/review/R-1']")
    keys.press("Enter")
    page.wait_for_url("**/review/R-1")
    tab_to("#reason")
    keys.type("by keyboard")
    tab_to("#passphrase")
    keys.type(served.office.people["stefan"].given_passphrase)
    tab_to("#code")
    keys.type(served.code("stefan"))
    keys.press("Enter")
    page.wait_for_url("**/review/R-1#signatures")

    assert signed(served) == ["stefan"]


def test_no_room_has_a_serious_fault_that_axe_finds(opens: Opens, served: Served) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    register(opens("ada"), served)
    page = opens("stefan")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for room in ROOMS:
            assert page.goto(f"{served.url}{room}").status == 200, room
            for one in axe.run(page).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    found.append((room, scheme, one["id"], one["nodes"][0]["html"][:200]))

    assert found == []

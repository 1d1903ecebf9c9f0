"""Every page there is: no fault that axe finds, light enough, and narrow enough for a phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from served import Local, Prepared, serving
from web.chromium.conftest import Browsers
from web.chromium.rooms import ADMINS, NO_PAGES, ROOMS, SIGNED_IN, furnished_desk, paths
from web.chromium.steps import put_forward, sign

pytestmark = pytest.mark.slow
LIGHT_ENOUGH = 150_000
NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
GRAVE = ("serious", "critical")
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
"""All that another colour scheme changes."""


@dataclass
class Visitor:
    """A browser in which somebody is signed in, and the check that it makes of a page."""

    page: Any
    url: str
    axe: Any

    def look(self, room: str) -> None:
        """Open a page in light and dark, wide and narrow."""
        answer = self.page.goto(f"{self.url}{room}")
        assert answer.status == 200
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(WIDE)
        found = self.faults({"resultTypes": ["violations"]})
        self.page.emulate_media(color_scheme="dark")
        found += self.faults(COLOURS)
        assert found == []
        self.page.set_viewport_size(NARROW)
        assert self.too_wide() == []
        text = re.sub(r"<svg.*?</svg>", "", answer.text(), flags=re.S)
        assert len(text.encode()) + self.linked() < LIGHT_ENOUGH

    def faults(self, options: dict[str, Any]) -> list[tuple[str, str]]:
        """What axe finds that is serious."""
        found = self.axe.run(self.page, options=options).response["violations"]
        return [
            (one["id"], node["html"][:200])
            for one in found
            if one["impact"] in GRAVE
            for node in one["nodes"]
        ]

    def too_wide(self) -> list[str]:
        """What sticks out, where the page as a whole can be scrolled to its right."""
        found: list[str] = self.page.evaluate(
            """() => {
              const root = document.documentElement;
              if (root.scrollWidth <= root.clientWidth) return [];
              const out = [...document.querySelectorAll("body *")]
                .filter(one => one.getBoundingClientRect().right > root.clientWidth)
                .map(one => one.outerHTML.slice(0, 120));
              return [`${root.scrollWidth} pixels`, ...out];
            }"""
        )
        return found

    def linked(self) -> int:
        """The bytes of the style and scripts that a first visit brings along."""
        names = self.page.eval_on_selector_all(
            "link[rel=stylesheet], script[src]", "all => all.map(one => one.href || one.src)"
        )
        assert len(names) == 3
        return sum(len(self.page.request.get(one).body()) for one in names)


@pytest.fixture(scope="module")
def axe() -> Any:
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Local]:
    with furnished_desk(tmp_path_factory.mktemp("furnished"), sqlite_template) as found:
        yield found


@pytest.fixture(scope="module")
def wanda(chromium: Any, furnished: Local, axe: Any) -> Iterator[Visitor]:
    """Who holds every role that people hold together, in local mode."""
    browsers = Browsers(chromium)
    yield Visitor(browsers.open(furnished, "wanda"), furnished.url, axe)
    browsers.close()


def test_every_page_has_an_address_here_and_every_address_a_page() -> None:
    assert paths() == set(ROOMS) | NO_PAGES


@pytest.mark.parametrize("room", [one for rooms in ROOMS.values() for one in rooms])
def test_a_page_has_no_serious_fault_and_is_light_and_narrow(wanda: Visitor, room: str) -> None:
    wanda.look(room)


def test_nor_have_those_on_which_an_admin_does_more(
    chromium: Any, furnished: Local, axe: Any
) -> None:
    browsers = Browsers(chromium)
    admin = Visitor(browsers.open(furnished, "admin"), furnished.url, axe)
    for room in ADMINS:
        admin.look(room)
    browsers.close()


def test_nor_have_those_that_look_otherwise_where_people_sign_in(
    chromium: Any, prepared: Prepared, axe: Any, tmp_path: Path
) -> None:
    browsers = Browsers(chromium)
    with serving(prepared, tmp_path / "desk") as desk:
        put_forward(browsers.open(desk, "ada"), desk)
        stranger = Visitor(browsers.blank(), desk.url, axe)
        stefan = Visitor(browsers.open(desk, "stefan"), desk.url, axe)
        for room in SIGNED_IN:
            (stranger if room in ("/login", "/enrol") else stefan).look(room)
        # The last of them was the page of the request: what becomes of it when the session ended.
        desk.office.clock.advance(minutes=31)
        sign(stefan.page, desk, "stefan", "typed for an hour")
        assert stefan.faults({"resultTypes": ["violations"]}) == []
        desk.sign_in(stefan.page, "stefan")
        stefan.page.wait_for_selector("h1:has-text('Not sent yet')")
        assert stefan.faults({"resultTypes": ["violations"]}) == []
        browsers.close()


def test_a_page_that_says_what_is_wrong_has_no_serious_fault(wanda: Visitor) -> None:
    assert wanda.page.goto(f"{wanda.url}/datasets/nothing@1").status == 404

    assert wanda.faults({"resultTypes": ["violations"]}) == []


def test_the_description_of_the_api_comes_from_this_desk_alone(wanda: Visitor) -> None:
    assert wanda.page.goto(f"{wanda.url}/api/v1/docs").status == 200

    assert wanda.faults({"resultTypes": ["violations"]}) == []


def test_what_people_do_is_not_printed_and_what_is_decided_is(wanda: Visitor) -> None:
    wanda.page.set_viewport_size(WIDE)
    wanda.page.goto(f"{wanda.url}/review/R-2")
    wanda.page.emulate_media(media="print")

    for shown in (".verdict", "#statement", "#findings", "#signatures"):
        assert wanda.page.locator(shown).is_visible(), shown
    for left_out in ("nav", "form[action$='/sign']", "a[href='#sign']", ".skip"):
        assert not wanda.page.locator(left_out).first.is_visible(), left_out
    wanda.page.emulate_media(media="screen")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_time_is_in_utc_and_with_script_here_when_pointed_at(
    chromium: Any, furnished: Local, script: bool
) -> None:
    browsers = Browsers(chromium)
    there = {"timezone_id": "Asia/Tokyo", "locale": "en-GB"}
    page = browsers.open(furnished, "wanda", script=script, **there)
    page.goto(f"{furnished.url}/review/R-2")
    submitted = page.locator("main time").first

    submitted.hover()

    assert re.fullmatch(r"2026-03-02 \d\d:\d\d UTC", submitted.inner_text())
    here = submitted.get_attribute("title")
    if script:
        assert re.fullmatch("Monday,? 2 March 2026 at 18:00:00 GMT[+]9", here)
    else:
        assert here is None
    browsers.close()

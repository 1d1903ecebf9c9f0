"""The keyboard alone: from signing in to a signed request, and through every part of a page."""

from typing import Any

import pytest
from served import Served
from web.chromium.conftest import Browsers, Opens
from web.chromium.steps import put_forward

from registry.workflow.review import review

pytestmark = pytest.mark.slow
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  return {
    name: `${one.tagName} ${one.id || one.getAttribute("href") || one.textContent.slice(0, 20)}`,
    drawn: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
  };
}"""
MISSED = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
)].filter(one => one.checkVisibility() && !one.disabled && !("reached" in one.dataset))
  .map(one => one.outerHTML.slice(0, 120))"""


def tab(page: Any) -> None:
    """Go on to the next, which must be seen, with a frame drawn around it."""
    page.keyboard.press("Tab")
    found = page.evaluate(FOCUS)
    assert found["drawn"] and found["seen"], found


def tab_to(page: Any, what: str) -> None:
    for _ in range(120):
        tab(page)
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"{what} is not reached with the Tab key")


def test_from_signing_in_to_a_signed_request_by_keyboard_alone(
    browsers: Browsers, opens: Opens, served: Served
) -> None:
    put_forward(opens("ada"), served)
    page, person = browsers.blank(), served.office.people["stefan"]
    keys = page.keyboard
    page.goto(f"{served.url}/")

    for field, text in (("name", "stefan"), ("password", person.given_password)):
        tab_to(page, f"#{field}")
        keys.type(text)
    tab_to(page, "#code")
    keys.type(served.code("stefan"))
    tab_to(page, "main button")
    keys.press("Space")
    page.wait_for_url(f"{served.url}/")

    tab(page)
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "a[href='/review/R-1']")
    keys.press("Enter")
    page.wait_for_url("**/review/R-1")

    tab_to(page, "a[href='#sign']")
    keys.press("Enter")
    tab(page)
    assert page.evaluate("document.activeElement.id") == "meaning"
    keys.press("ArrowDown")
    assert page.locator("#meaning").input_value() == "reject"
    keys.press("ArrowUp")
    tab_to(page, "#reason")
    keys.type("by keyboard")
    tab_to(page, "#passphrase")
    keys.type(person.given_passphrase)
    tab_to(page, "#code")
    keys.type(served.code("stefan"))
    tab_to(page, "form[action$='/sign'] button")
    keys.press("Space")
    page.wait_for_url("**/review/R-1#signatures")

    (signed,) = review(served.office.home, "R-1")["signoffs"]  # type: ignore[misc]
    assert (signed["name"], signed["meaning"]) == ("stefan", "approve")
    assert signed["reason"] == "by keyboard"


def test_no_part_of_a_page_holds_the_keyboard_or_is_out_of_its_reach(
    opens: Opens, served: Served
) -> None:
    page = opens("eva")
    put_forward(page, served)
    for room in ("/", "/review/R-1", "/datasets", "/datasets/claims@1/actions", "/audit"):
        page.goto(f"{served.url}{room}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert len(page.evaluate(MISSED)) > 10
        for _ in range(300):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            found = page.evaluate(FOCUS)
            assert found["drawn"] and found["seen"], (room, found)
            page.evaluate("document.activeElement.dataset.reached = true")
        # Past the last one the browser itself has the keyboard.
        assert page.evaluate("document.activeElement === document.body"), room
        assert page.evaluate(MISSED) == []

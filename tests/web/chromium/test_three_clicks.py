"""A new user finds the pending review, understands it and signs it, within three clicks."""

import pytest
from served import Served
from web.chromium.conftest import Opens
from web.chromium.steps import put_forward

from registry.workflow.review import review

pytestmark = pytest.mark.slow


def test_the_pending_review_is_found_read_and_signed_with_three_clicks(
    opens: Opens, served: Served
) -> None:
    put_forward(opens("ada"), served)
    page = opens("stefan")
    assert page.inner_text("h1") == "What waits for you"
    page.evaluate("sessionStorage.clicks = 0")
    page.add_init_script("document.addEventListener('click', () => sessionStorage.clicks++, true)")
    page.reload()

    page.click("main a:has-text('R-1')")
    assert page.inner_text("h2 >> nth=0") == "Why it is allowed"
    verdict = page.locator(".verdict")
    assert "checks passed and none failed under house-rules 1.0.0" in verdict.inner_text()
    # All of it is seen without scrolling.
    box = verdict.bounding_box()
    assert box["y"] + box["height"] < page.viewport_size["height"]
    assert "You may approve it as steward." in page.inner_text("main")

    page.click("a[href='#sign']")
    page.locator("#reason").press_sequentially("clear")
    page.keyboard.press("Tab")
    page.keyboard.type(served.office.people["stefan"].given_passphrase)
    page.keyboard.press("Tab")
    page.keyboard.type(served.code("stefan"))
    page.click("form[action$='/sign'] button")
    page.wait_for_url("**/review/R-1#signatures")

    assert int(page.evaluate("sessionStorage.clicks")) == 3
    (signed,) = review(served.office.home, "R-1")["signoffs"]  # type: ignore[misc]
    assert (signed["name"], signed["reason"]) == ("stefan", "clear")

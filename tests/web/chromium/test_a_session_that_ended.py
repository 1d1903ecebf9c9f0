"""What somebody typed when their session had ended is there when they signed in again."""

from collections.abc import Callable
from typing import Any

import pytest
from served import Served
from web.chromium.conftest import Opens
from web.chromium.steps import put_forward, sign

from registry.workflow.review import review

pytestmark = pytest.mark.slow
Ends = Callable[[Any, Opens, Served], None]


def idle(page: Any, opens: Opens, served: Served) -> None:
    served.office.clock.advance(minutes=31)


def ended_elsewhere(page: Any, opens: Opens, served: Served) -> None:
    other = opens("stefan")
    other.goto(f"{served.url}/me")
    other.click("button:has-text('End all others')")


def forgotten_by_the_browser(page: Any, opens: Opens, served: Served) -> None:
    page.context.clear_cookies()


def begun_anew_beside_it(page: Any, opens: Opens, served: Served) -> None:
    served.office.clock.advance(minutes=31)
    beside = page.context.new_page()
    beside.goto(f"{served.url}/")
    served.sign_in(beside, "stefan")
    beside.wait_for_url(f"{served.url}/")


@pytest.mark.parametrize(
    ("ends", "script"),
    [
        (idle, True),
        (idle, False),
        (ended_elsewhere, True),
        (forgotten_by_the_browser, True),
        (begun_anew_beside_it, True),
    ],
)
def test_a_typed_reason_outlives_its_session_and_is_signed_after_signing_in_again(
    opens: Opens, served: Served, ends: Ends, script: bool
) -> None:
    put_forward(opens("ada"), served)
    page = opens("stefan", script=script)
    page.goto(f"{served.url}/review/R-1")
    ends(page, opens, served)

    sign(page, served, "stefan", "typed for an hour")
    assert review(served.office.home, "R-1")["signoffs"] == []
    if ends is not begun_anew_beside_it:
        assert "typed for an hour" in page.inner_text("main")
        served.sign_in(page, "stefan")
        page.wait_for_load_state()

    assert page.inner_text("h1") == "Not sent yet: your session had ended"
    assert page.locator("textarea[name=reason]").input_value() == "typed for an hour"
    assert page.locator("[name=passphrase]").input_value() == ""
    served.fill_secrets(page.locator("main form"), "stefan")
    page.click("button:has-text('Send')")
    page.wait_for_url("**/review/R-1#signatures")

    (signed,) = review(served.office.home, "R-1")["signoffs"]  # type: ignore[misc]
    assert (signed["name"], signed["reason"]) == ("stefan", "typed for an hour")

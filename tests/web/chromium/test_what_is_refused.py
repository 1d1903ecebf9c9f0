"""What the desk refuses in a browser, and what it says and shows of it."""

from typing import Any

import pytest
from served import Served
from web.chromium.conftest import Opens
from web.chromium.steps import put_forward, sign
from world import POLICY

from registry.workflow.publish_policy import publish_policy
from registry.workflow.review import review

pytestmark = pytest.mark.slow


def signed(served: Served) -> list[str]:
    found: Any = review(served.office.home, "R-1")["signoffs"]
    return [one["name"] for one in found]


def test_who_put_it_forward_is_told_why_they_cannot_approve_it(
    opens: Opens, served: Served
) -> None:
    page = opens("eva")
    put_forward(page, served)

    said = page.inner_text("main")
    assert "You may not approve it. Eva registered claims@1 and can neither sign" in said
    assert page.locator("#meaning option[value=approve]").count() == 0

    # Who writes the field into the page themselves is refused by the workflow, for the same reason.
    page.eval_on_selector("#meaning", "one => one.options[0].value = 'approve'")
    sign(page, served, "eva", "it is mine, and it is good")
    assert "Eva registered claims@1" in page.inner_text("#wrong")
    assert page.locator("#reason").input_value() == "it is mine, and it is good"
    assert signed(served) == []


def test_what_changed_meanwhile_is_not_signed_and_the_difference_is_shown(
    opens: Opens, served: Served
) -> None:
    put_forward(opens("ada"), served)
    page = opens("stefan")
    page.goto(f"{served.url}/review/R-1")
    served.publish("2.0.0", "2.5")

    sign(page, served, "stefan", "read whole")

    shown = page.inner_text("#changed")
    assert "It changed after it was shown to you, so nothing was signed." in shown
    row = page.inner_text("#changed tr:has-text('house-rules version')")
    assert row.index("1.0.0") < row.index("2.0.0")
    assert signed(served) == []


def test_a_denied_request_says_which_rule_denies_it_and_where_it_is_allowed(
    opens: Opens, served: Served
) -> None:
    put_forward(opens("ada"), served)
    policy = served.folder / "policy-2.0.0.yaml"
    text = POLICY % {"version": "2.0.0", "limit": "3.0"}
    uses = "allow: [model-development, research], deny: ["
    assert uses in text
    policy.write_text(text.replace(uses, "allow: [research], deny: [model-development, "))
    publish_policy(served.office.by("carla"), policy)

    page = opens("stefan")
    page.click("nav a:has-text('Review')")
    page.click("main a:has-text('R-1')")

    assert page.inner_text("h2 >> nth=0") == "Why it is not allowed"
    assert "the use model-development is denied." in page.inner_text(".verdict")
    near = page.inner_text("#nearby + ul")
    assert near == "For research, audience internal: another use."


def test_where_nothing_is_allowed_the_page_says_so(opens: Opens, served: Served) -> None:
    put_forward(opens("ada"), served)
    served.publish("2.0.0", "1.5")

    page = opens("stefan")
    page.goto(f"{served.url}/review/R-1")

    assert "allowed nowhere else today" in page.inner_text("#nearby")

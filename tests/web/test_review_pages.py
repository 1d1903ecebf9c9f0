"""The page of a request: why, exactly what is signed, and nothing else is."""

import json
import re
from html import unescape

import pytest
from browsers import Browser, claiming
from fastapi import FastAPI
from web.pages.measured import RULE, copies, evaluated
from world import World

from registry.errors import Conflict
from registry.log.canonical import digest_bytes
from registry.records import Meaning, Role
from registry.web.application import application
from registry.workflow.add_account import add_account
from registry.workflow.put_before import put_before
from registry.workflow.review import review
from registry.workflow.sign import sign
from registry.workflow.submit import submit

HOSTILE = "<script>alert(1)</script>"
SIGN = "/review/R-1/sign"


@pytest.fixture
def app(world: World) -> FastAPI:
    world.submit()
    return application(world.home.settings, world.home.clock)


@pytest.fixture
def stefan(app: FastAPI) -> Browser:
    return claiming(app, "stefan")


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_says_first_why_it_is_allowed(stefan: Browser) -> None:
    page = text_of(stefan.get("/review/R-1").text)

    assert page.index("Why it is allowed") < page.index("What a signature covers")
    assert "checks passed and none failed under house-rules 1.0.0" in page
    assert "You may approve it as steward." in page


def test_the_text_on_the_page_is_the_one_that_is_signed(world: World, stefan: Browser) -> None:
    fields = stefan.hidden("/review/R-1", SIGN)

    stefan.send("/review/R-1", SIGN, meaning="approve", reason="read whole")

    assert digest_bytes(fields["shown"].encode()) == fields["expected"]
    (signed,) = review(world.by("amir"), "R-1")["signoffs"]  # type: ignore[misc]
    assert signed["name"] == "stefan"
    assert signed["reason"] == "read whole"
    assert json.loads(fields["shown"]) == put_before(world.by("amir"), "R-1").said


def test_what_changed_meanwhile_is_not_signed_and_the_difference_is_shown(
    world: World, stefan: Browser
) -> None:
    fields = stefan.hidden("/review/R-1", SIGN)
    world.publish("2.0.0", "2.5")

    answer = stefan.client.post(SIGN, data={**fields, "meaning": "approve", "reason": "kept words"})

    assert answer.status_code == 409
    page = text_of(answer.text)
    assert "It changed after it was shown to you, so nothing was signed." in page
    assert "Policies house-rules version 1.0.0 2.0.0" in page
    found = review(world.by("amir"), "R-1")
    assert (found["state"], found["signoffs"]) == ("voided", [])


def test_another_digest_than_the_one_there_is_is_a_conflict_and_voids_nothing(
    world: World, app: FastAPI
) -> None:
    with pytest.raises(Conflict, match="R-1 is not what was shown"):
        sign(world.by("stefan"), "R-1", Meaning.APPROVE, expected="sha256:" + "0" * 64)

    found = review(world.by("amir"), "R-1")
    assert (found["state"], found["signoffs"]) == ("submitted", [])


def test_a_form_without_the_digest_signs_nothing(world: World, stefan: Browser) -> None:
    fields = stefan.hidden("/review/R-1", SIGN) | {"expected": ""}

    answer = stefan.client.post(SIGN, data={**fields, "meaning": "approve"})

    assert answer.status_code == 422
    assert review(world.by("amir"), "R-1")["signoffs"] == []


def test_nobody_approves_what_they_put_forward(world: World) -> None:
    add_account(world.by("admin"), "both", [Role.ENGINEER, Role.STEWARD])
    from world import INTERNAL

    submit(world.by("both"), world.label, INTERNAL)
    both = claiming(application(world.home.settings, world.home.clock), "both")

    page = text_of(both.get("/review/R-1").text)
    answer = both.send("/review/R-1", SIGN, meaning="approve")

    assert "You may not approve it. Both put forward claims@1 and can neither sign" in page
    assert answer.status_code == 403
    assert review(world.by("amir"), "R-1")["signoffs"] == []


def test_each_evidence_is_called_what_it_is(world: World) -> None:
    world.publish_edited("2.0.0", "  approvals:\n", RULE)
    evaluated(world, copies(0.01, 0.002, 0.04))
    world.submit()
    page = claiming(application(world.home.settings, world.home.clock), "stefan")

    shown = page.get("/review/R-1").text

    card = review(world.by("amir"), "R-1")["dataset"]["card"]  # type: ignore[index]
    told = {
        digest: words
        for words, digest in re.findall(
            r"<dt>Evidence \d</dt><dd>(.*?)<details.*?<code>(.*?)</code>", unescape(shown)
        )
    }
    assert told.pop(card) == "the claims on its card"
    assert list(told.values()) == ["an evaluation's measured values"]


def test_an_error_keeps_what_was_typed(stefan: Browser) -> None:
    answer = stefan.send("/review/R-1", SIGN, meaning="nonsense", reason="three hours of thought")

    assert answer.status_code == 422
    assert "three hours of thought" in answer.text


def test_what_a_person_writes_is_never_markup(stefan: Browser) -> None:
    stefan.send("/review/R-1", SIGN, meaning="approve", reason=HOSTILE)

    page = stefan.get("/review/R-1").text

    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_signature_is_taken_back_with_a_reason(world: World, stefan: Browser) -> None:
    stefan.send("/review/R-1", SIGN, meaning="approve")

    stefan.send("/review/R-1", "/review/R-1/retract", reason="too early")

    page = text_of(stefan.get("/review/R-1").text)
    assert "taken back" in page
    assert "Still needed: 1 privacy officer, 1 steward" in page


def test_a_request_is_returned_to_its_author(stefan: Browser) -> None:
    answer = stefan.send("/review/R-1", SIGN, meaning="return", reason="say what plan means")

    assert "it is returned" in text_of(answer.text)


def test_several_are_approved_together_and_one_that_changed_is_not(world: World) -> None:
    world.register(5)
    for label in ("claims@1", "claims@2"):
        world.submit(label)
    stefan = claiming(application(world.home.settings, world.home.clock), "stefan")
    fields = stefan.hidden("/review?whose=mine", "/review/approve")
    fields["expected R-2"] = "sha256:" + "0" * 64

    ticked = {"approve R-1": "on", "approve R-2": "on"}
    page = text_of(stefan.client.post("/review/approve", data={**fields, **ticked}).text)

    assert "R-1 : signed as steward; it is submitted, and waits for 1 privacy-officer" in page
    assert "R-2 : not signed. R-2 is not what was shown" in page


def test_the_queue_is_filtered_by_what_stands_in_the_address(world: World, app: FastAPI) -> None:
    ada, carla = claiming(app, "ada"), claiming(app, "carla")

    assert "/review/R-1" in ada.get("/review?whose=submitted").text
    assert "/review/R-1" not in carla.get("/review?whose=mine").text
    assert "/review/R-1" in carla.get("/review?source=hospital&state=submitted").text
    assert "/review/R-1" not in carla.get("/review?source=elsewhere").text
    assert "/review/R-1" not in carla.get("/review?older=7").text


def test_closed_requests_are_found_by_their_state(stefan: Browser) -> None:
    stefan.send("/review/R-1", SIGN, meaning="reject", reason="not this year")

    assert "/review/R-1" not in stefan.get("/review").text
    assert "not this year" in stefan.get("/review?state=closed").text

"""What people write is text: on every page and in every export, whoever wrote it and wherever."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from browsers import claiming
from conftest import real_table
from fastapi import FastAPI
from fastapi.routing import APIRoute
from web.test_headers_and_forms import routes
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.records import Meaning
from registry.web.application import application
from registry.web.exporting import exported
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.agreements import Document, add_agreement
from registry.workflow.check import check
from registry.workflow.deputies import name_deputy
from registry.workflow.people.deactivation import deactivate
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.submit import submit

MARK = "zq9"
"""Begins whatever is hostile, so that a test can see that it was shown at all."""
HOSTILE = f"{MARK}\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{{{7*7}}}}"
LINK = f"javascript:alert('{MARK}')"
NAMES = {
    "label": ("R-1", "R-2", "REL-1", "A-1", "Q-1", "D-1", "claims@1", "claims@2", "J-1"),
    "name": ("house-rules", "hospital", "eve", "ada"),
    "seq": ("5", "20"),
    "kind": ("everything", "card", "certificate", "audit", "version", "policy", "portfolio"),
}


def hostile(world: World) -> None:
    """Hostile text wherever a person may write any."""
    ada, stefan, carla = world.by("ada"), world.by("stefan"), world.by("carla")
    card = CARD % {"epsilon": "1.0"} + "".join(
        f"{key}: {value}\n"
        for key, value in {
            "title": repr(HOSTILE.replace("'", "")),
            "description": repr(LINK.replace("'", "")),
            "limitations": [HOSTILE.replace("'", "")],
            "uses": {"intended": [HOSTILE.replace("'", "")]},
        }.items()
    )
    card = card.replace("name: mst", f"name: '{HOSTILE.replace(chr(39), '')}'")
    data = world.folder / "hostile.csv"
    real_table(9).to_csv(data, index=False)
    label = register(ada, data, read_card(card.encode(), "card.yaml")).label
    check(ada, label, INTERNAL)
    add_recipient(carla, HOSTILE[:200], Reach(contact=LINK))
    paper = world.folder / "agreement.txt"
    paper.write_text(HOSTILE)
    parties = [HOSTILE[:200], "Pricing team"]
    add_agreement(carla, Document(HOSTILE[:200], paper, parties, "2026-01-01", "2027-12-31"))
    wanted = Wanted("claims", HOSTILE[:200], HOSTILE, "internal", LINK, "2027-06-30", LINK)
    request_access(ada, wanted)
    name_deputy(stefan, "stella", "2026-03-02", "2026-03-31", HOSTILE)
    request = world.submit(label)
    world.agree()
    sign(stefan, request, Meaning.APPROVE, reason=HOSTILE)
    sign(world.by("paula"), request, Meaning.APPROVE, reason=LINK)
    granted = release(carla, request, Terms("Pricing team"))
    revoke(carla, granted.label, HOSTILE)
    second, _ = submit(ada, label, INTERNAL)
    sign(stefan, f"R-{second.id}", Meaning.RETURN, reason=HOSTILE)
    deactivate(world.by("admin"), "eve", HOSTILE)


@pytest.fixture
def app(world: World) -> FastAPI:
    hostile(world)
    return application(world.home.settings, world.home.clock)


def pages(app: FastAPI) -> Iterator[str]:
    """Every address that is read, with everything that is there in its place."""
    for route in routes(app):
        if not isinstance(route, APIRoute) or "GET" not in (route.methods or ()):
            continue
        if not route.endpoint.__module__.startswith("registry.web.pages."):
            continue
        found = re.findall(r"\{(\w+)(?::\w+)?\}", route.path)
        paths = [route.path]
        for part in found:
            names = NAMES.get(part, ("1",))
            paths = [re.sub(rf"\{{{part}(:\w+)?\}}", one, path) for path in paths for one in names]
        yield from paths


def test_nothing_that_people_wrote_is_markup_on_any_page(app: FastAPI) -> None:
    carla, shown = claiming(app, "carla"), 0
    for path in pages(app):
        answer = carla.get(path)
        assert answer.status_code < 500, (path, answer.text[:300])
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page = answer.text
        shown += MARK in page
        assert "<script>alert" not in page and "<img src=x" not in page, path
        assert not re.search(r"(href|src|action|xlink:href)=[\"']?\s*javascript:", page), path
        assert not re.search(rf"{MARK}[^<>&]*\"[^<>]*>", page), path
        assert f"{MARK}49" not in page and ">49" not in page, path
    assert shown > 8


def test_hostile_words_in_an_address_are_text_on_the_page(app: FastAPI) -> None:
    carla = claiming(app, "carla")
    for path in (
        *("/datasets?q={}", "/audit?actor={}", "/audit?since={}", "/review?source={}", "/{}"),
        *("/datasets/{}", "/sources/{}", "/accounts/{}", "/policies/{}", "/jobs/{}", "/me?done={}"),
        *("/compare?a={}&b={}", "/login?next={}", "/enrol/{}/{}", "/releases?state={}"),
    ):
        answer = carla.get(path.format(*[HOSTILE.replace("/", "%2F")] * 2))
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, path


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "\uff0b1", "\uff20A"],
)
def test_a_formula_is_text_in_an_export(text: str) -> None:
    rows = [{"fact": text, "note": 'a "quoted", one'}]
    answer = exported(rows, ("fact", "note"), "csv", "events")
    _, row = csv.reader(io.StringIO(bytes(answer.body).decode(), newline=""))

    assert row[0][0] in "' "
    assert row[1] == 'a "quoted", one'

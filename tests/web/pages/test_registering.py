"""Uploading and registering: streamed, bounded, and every error names its field."""

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import real_table
from web.pages.browser import Browser
from world import CARD, World

from registry.web import uploads

FIELDS = {
    "name": "claims",
    "source": "hospital",
    "target": "visited",
    "generator": "mst",
    "generator_version": "1.0",
    "family": "marginal-based-dp",
    "epsilon": "1.5",
    "delta": "1e-6",
    "mechanism": "other",
    "unit": "person",
    "relation": "add-remove",
}


def table(world: World, seed: int = 11) -> tuple[str, bytes]:
    return "synthetic.csv", real_table(seed).to_csv(index=False).encode()


def register(
    world: World, browser: Browser, files: dict[str, Any] | None = None, **fields: str
) -> Any:
    return browser.post("/register", files=files or {"table": table(world)}, **fields)


def left(world: World) -> list[Path]:
    folder = world.home.settings.folder / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def test_the_fields_make_a_card_and_the_table_a_version(world: World, ada: Browser) -> None:
    answer = register(world, ada, **FIELDS)

    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/datasets/claims@2"
    assert "1.5" in ada.get("/datasets/claims@2")
    assert left(world) == []


def test_a_card_may_come_as_text_or_as_a_file(world: World, ada: Browser) -> None:
    card = CARD % {"epsilon": "1.0"}
    assert register(world, ada, card=card).headers["location"] == "/datasets/claims@2"

    files = {"table": table(world, 12), "card_file": ("card.yaml", card.encode())}
    assert register(world, ada, files).headers["location"] == "/datasets/claims@3"


def test_without_an_epsilon_nothing_is_claimed(world: World, ada: Browser) -> None:
    register(world, ada, **{**FIELDS, "epsilon": "", "delta": ""})

    assert "no differential privacy is claimed" in ada.get("/datasets/claims@2")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"epsilon": "much"}, "epsilon"),
        ({"epsilon": "-1"}, "epsilon"),
        ({"family": ""}, "family"),
        ({"source": "elsewhere"}, "elsewhere"),
        ({"name": "Not A Name"}, "name"),
        ({"target": "nothing"}, "nothing"),
        ({"card": "name: [unclosed"}, "Card, as YAML"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    world: World, ada: Browser, changed: dict[str, str], said: str
) -> None:
    answer = register(world, ada, **{**FIELDS, "title": "Typed before", **changed})

    assert answer.status_code == 422
    wrong = re.search(r'id="wrong">(.*?)</div>', answer.text, re.S)
    assert wrong and said in wrong[1]
    assert 'value="Typed before"' in answer.text
    ada.get("/datasets/claims@2", status=404)
    assert left(world) == []


@pytest.mark.parametrize("name", ["synthetic.xlsx", "", "../../../etc/passwd", "table.csv.exe"])
def test_a_file_that_is_no_table_is_refused_by_its_name(
    world: World, ada: Browser, name: str
) -> None:
    answer = register(world, ada, {"table": (name, b"age,cost\n1,2\n")}, **FIELDS)

    assert answer.status_code == 422
    assert left(world) == []


def test_a_table_of_other_columns_is_refused_with_their_names(world: World, ada: Browser) -> None:
    answer = register(world, ada, {"table": ("t.csv", b"age,price\n1,2\n")}, **FIELDS)

    assert answer.status_code == 422
    assert "price" in answer.text


def test_the_same_table_again_is_the_same_version(world: World, ada: Browser) -> None:
    register(world, ada, **FIELDS)

    assert register(world, ada, **FIELDS).headers["location"] == "/datasets/claims@2"
    assert register(world, ada, **{**FIELDS, "epsilon": "9"}).status_code == 422


@pytest.mark.parametrize("stated", [True, False])
def test_more_than_the_limit_is_refused_whatever_length_is_stated(
    world: World, ada: Browser, monkeypatch: pytest.MonkeyPatch, stated: bool
) -> None:
    monkeypatch.setattr(uploads, "MEGABYTE", 10)  # so that the limit is two thousand bytes
    seal = ada.seal("/register")
    body = b"x" * 5000
    files = {"table": ("t.csv", body)}
    request = ada.client.build_request("POST", "/register", data={"seal": seal}, files=files)
    if not stated:
        del request.headers["content-length"]

    answer = ada.client.send(request)

    assert answer.status_code == 422
    assert "too large" in answer.text
    assert left(world) == []


def test_whoever_may_not_register_is_told_who_may_and_refused(
    world: World, browser: Browser
) -> None:
    amir = browser.sign_in("amir")

    assert "Engineers and services register" in amir.get("/register")
    assert register(world, amir, **FIELDS).status_code == 403
    assert left(world) == []


def test_a_form_from_another_site_is_refused(world: World, ada: Browser) -> None:
    answer = ada.client.post(
        "/register",
        data={"seal": ada.seal("/register"), **FIELDS},
        files={"table": table(world)},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403


def test_a_form_that_is_none_is_refused(ada: Browser) -> None:
    assert ada.client.post("/register", content=b"what?").status_code == 422
    answer = ada.client.post(
        "/register", content=b"what?", headers={"content-type": "multipart/form-data"}
    )
    assert answer.status_code == 422


def test_what_was_typed_is_shown_as_text(world: World, ada: Browser) -> None:
    answer = register(world, ada, **{**FIELDS, "name": '"><script>alert(1)</script>'})

    assert answer.status_code == 422
    assert "<script>alert" not in answer.text

"""Revoke, recall, acknowledge, and withdraw a source: as a compliance officer does it."""

import json
from pathlib import Path

import pytest
from acceptance.cli import Desk, Ran, build_registry
from clocks import START
from hooks import hook

from registry.log.webhook import is_signed
from registry.settings import FILE_NAME

SECRET = "e1f2a3b4c5d6e7f8091a2b3c"
SUBMIT = ("submit", "claims@1", "--use", "model-development", "--audience")
UNTIL = START.date().replace(year=START.year + 60).isoformat()


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    (tmp_path / "built").mkdir()
    return Desk(build_registry(tmp_path / "built", sqlite_template))


def done(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


def approved(desk: Desk, audience: str) -> str:
    request = done(desk.run(*SUBMIT, audience, "-q", by="ada")).out.strip()
    for name in ("stefan", "paula"):
        done(desk.run("approve", request, "--reason", "read", by=name))
    return request


def carla(desk: Desk, *words: str) -> Ran:
    return done(desk.run(*words, by="carla"))


def rows(ran: Ran) -> list[dict[str, object]]:
    found = json.loads(ran.out)
    assert isinstance(found, list)
    return found


def shared(desk: Desk, url: str | None = None) -> None:
    """REL-1 is with the Partner Lab under DUA-1, which has a contact and perhaps a webhook."""
    ways = ["--contact", "recall@partner.example"]
    if url:
        ways += ["--webhook", url, "--secret-file", desk.write("secret", SECRET)]
    carla(desk, "recipients", "add", "Partner Lab", *ways)
    file = desk.write("dua.pdf", b"%PDF-1.7 signed")
    days = ("--from", "2026-01-01", "--until", UNTIL)
    carla(desk, "agreements", "add", "DUA-1", "--file", file, "--party", "Partner Lab", *days)
    request = approved(desk, "partner")
    carla(desk, "release", request, "--to", "Partner Lab", "--agreement", "DUA-1")


def test_a_release_is_revoked_recalled_and_acknowledged(desk: Desk) -> None:
    with (desk.folder / FILE_NAME).open("a") as settings:
        settings.write("private_webhooks = true\n")
    with hook(500) as there:
        shared(desk, there.url)
        # The pauses between tries are real here: they add up to three and a half seconds.
        revoked = carla(desk, "revoke", "REL-1", "--reason", "consent withdrawn")
        assert "NOT delivered to Partner Lab: HTTP status 500" in revoked.err
        assert len(there.got) == 4
        listed = desk.run("recalls", "list", "--format", "json")
        assert [row["delivery"] for row in rows(listed)] == ["failed"]

        there.answers = [200]
        assert "delivered to the webhook" in carla(desk, "releases", "recall", "REL-1").err

    headers, body = there.got[-1]
    assert is_signed(SECRET.encode(), body, headers["x-registry-signature"])
    assert json.loads(body)["reason"] == "consent withdrawn"

    answer = ("--by", "Kim Berg", "--evidence", "deletion log 17")
    wrong = desk.run(
        "recalls", "acknowledge", "REL-1", *answer, "--code", "0000-0000-0000", by="carla"
    )
    assert wrong.code == 4
    carla(desk, "recalls", "acknowledge", "REL-1", *answer, "--code", json.loads(body)["code"])
    assert rows(desk.run("recalls", "list", "--format", "json")) == []
    assert "Kim Berg" in desk.run("recalls", "list", "--all", "--format", "json").out
    shown = json.loads(desk.run("releases", "show", "REL-1", "--format", "json").out)
    assert (shown["state"], shown["recall_state"]) == ("revoked", "acknowledged")
    assert done(desk.run("audit", "verify")).code == 0


def test_a_source_is_withdrawn_with_all_that_came_of_it(desk: Desk) -> None:
    shared(desk)
    open_request = approved(desk, "internal")
    words = ("sources", "withdraw", "hospital", "--reason", "asked", "--basis")
    assert desk.run(*words, "consent", by="ada").code == 4
    assert desk.run(*words, "boredom", by="carla").code == 2

    found = carla(desk, *words, "consent", "--format", "json")

    stopped = {(row["kind"], row["subject"]): row["outcome"] for row in rows(found)}
    assert stopped == {
        ("version", "claims@1"): "withdrawn",
        ("request", open_request): "void",
        ("release", "REL-1"): "revoked; recall of Partner Lab: pending",
    }
    (row,) = rows(desk.run("recalls", "list", "--format", "json"))
    assert (row["delivery"], row["contact"]) == ("by hand", "recall@partner.example")
    assert desk.run(*SUBMIT, "internal", by="ada").code == 5
    assert desk.run("release", open_request, "--to", "Pricing team", by="carla").code == 5
    assert done(desk.run("audit", "verify")).code == 0


def test_a_release_that_no_longer_holds_is_flagged_with_exit_1(desk: Desk) -> None:
    shared(desk)
    assert done(desk.run("releases", "recheck")).out == ""

    carla(desk, "agreements", "end", "DUA-1", "--reason", "terminated")
    found = desk.run("releases", "recheck", "--format", "json")

    assert found.code == 1
    (row,) = rows(found)
    assert row["release"] == "REL-1"
    assert row["flags"] == [
        {"kind": "agreement", "about": "DUA-1", "text": "the agreement 'DUA-1': A-1 is ended"}
    ]
    assert done(desk.run("releases", "list", "--state", "in-force", "-q")).out == "REL-1\n"


def test_a_recipient_that_nobody_recorded_is_warned_about(desk: Desk) -> None:
    request = approved(desk, "internal")

    given = carla(desk, "release", request, "--to", "Pricing team")

    assert "no contact of Pricing team is recorded" in given.err
    assert "Pricing team" in desk.run("recipients", "list").out


def test_an_agreement_is_shown_with_what_stands_under_it(desk: Desk) -> None:
    shared(desk)

    shown = json.loads(done(desk.run("agreements", "show", "DUA-1", "--format", "json")).out)

    assert (shown["parties"], shown["releases"]) == (["Partner Lab"], ["REL-1"])
    assert Path(str(shown["file"])).read_bytes() == b"%PDF-1.7 signed"
    assert done(desk.run("agreements", "list", "-q")).out == "A-1\n"


def test_a_version_is_withdrawn(desk: Desk) -> None:
    carla(desk, "datasets", "withdraw", "claims@1", "--reason", "training rows leaked")

    listed = rows(desk.run("datasets", "list", "--format", "json"))
    assert [row["state"] for row in listed] == ["withdrawn"]
    assert done(desk.run("audit", "verify")).code == 0

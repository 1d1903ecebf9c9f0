"""Sign-off at the command line: the page on it, several at once, and what a story leaves behind."""

import io
import json
import shlex
import sys
from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry
from test_docs import console_steps, pattern
from world import CARD, POLICY

from registry.cli.asking import Asking

PAGE = Path(__file__).resolve().parents[2] / "docs" / "signing.md"
WANTED = ("--use", "model-development", "--audience", "internal")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return build_registry(tmp_path_factory.mktemp("built"), sqlite_template)


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Desk:
    return Desk.copied(built, tmp_path / "desk")


def test_the_page_on_signing_shows_what_comes_out(desk: Desk) -> None:
    steps = console_steps(PAGE.read_text())
    assert len(steps) >= 8

    for command, shown in steps:
        found = desk.run(*shlex.split(command)[1:])
        assert pattern(shown).fullmatch(found.out + found.err), f"$ {command}\n{found}"


def submit(desk: Desk, use: str = "model-development") -> None:
    done = desk.run("submit", "claims@1", "--use", use, "--audience", "internal", by="ada")
    assert done.code == 0, done.err


def test_several_requests_are_approved_one_by_one_and_the_worst_exit_code_is_told(
    desk: Desk,
) -> None:
    submit(desk)
    submit(desk, "research")
    labels = ("R-1", "R-9", "R-2")

    found = desk.run("approve", *labels, "--reason", "read", "--format", "json", by="stefan")
    again = desk.run("approve", *labels, "--reason", "read", "-q", by="stefan")

    rows = json.loads(found.out)
    assert [(row["request"], row["exit"]) for row in rows] == [("R-1", 0), ("R-9", 2), ("R-2", 0)]
    assert len({row["statement"] for row in rows}) == 3
    assert found.code == 2
    assert "R-9: there is no request R-9" in found.err
    assert again.code == 5
    assert again.out.split() == list(labels)
    assert desk.run("approve", "R-1", "R-2", "--reason", "read", by="paula").code == 0


def test_a_card_is_amended_and_the_open_request_is_void(desk: Desk) -> None:
    submit(desk)
    card = desk.write("card.yaml", CARD % {"epsilon": "1.5"})

    found = desk.run("amend", "claims@1", "--card", card, "--reason", "misread", by="ada")

    assert found.code == 0, found.err
    assert "void, and to be submitted again: R-1" in found.err
    assert "about the guarantee: counted by epsilon and delta alone" in found.err
    assert desk.run("approve", "R-1", "--reason", "read", by="stefan").code == 5
    queue = desk.run("review", "queue", "--all", "--format", "json")
    assert json.loads(queue.out)[0]["state"] == "voided"
    assert desk.run("audit", "verify").code == 0


def test_a_policy_that_demands_signatures_refuses_local_mode_with_exit_4(desk: Desk) -> None:
    text = (POLICY % {"version": "2.0.0", "limit": "3.0"}).replace(
        "    validFor", "    signatures: required\n    validFor"
    )
    path = desk.write("signed.yaml", text)
    assert desk.run("policy", "publish", path, by="carla").code == 0

    found = desk.run("submit", "claims@1", *WANTED, by="ada")

    assert found.code == 4
    assert "signatures by people's own keys" in found.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sign", "R-1", "--meaning", "approve"), "unknown meaning 'approve'"),
        (("review", "queue", "--mine", "--all"), "two questions"),
        (("approve", "R-1"), "a signature needs a reason"),
        (("approve", "R-1", "R-2"), "a signature needs a reason"),
        (("approve", "R-1", "--reason", ""), "say why with --reason TEXT"),
        (("reject", "R-1"), "a signature needs a reason"),
        (("return", "R-1"), "a signature needs a reason"),
        (("sign", "R-1", "--meaning", "review"), "a signature needs a reason"),
        (("retract", "R-1"), "a signature needs a reason"),
        (("retract", "R-1", "--reason", " "), "needs a reason"),
        (("deputies", "end", "D-7", "--reason", "x"), "there is no deputy 'D-7'"),
    ],
)
def test_what_makes_no_sense_is_told_with_exit_2(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    submit(desk)

    found = desk.run(*words, by="stefan")

    assert (found.code, said in found.err) == (2, True), found.err


def test_at_a_terminal_the_reason_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO("evidence reviewed\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)

    assert Asking(silent=True).reason() == ""
    assert Asking().reason() == "evidence reviewed"
    assert capsys.readouterr() == ("", "Reason, kept with the signature: ")

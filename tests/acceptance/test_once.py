"""A command with an idempotency key, repeated at the command line."""

from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry

KEY = ("--idempotency-key", "5f0c")
SUBMIT = ("submit", "claims@1", "--use", "research", "--audience", "internal", *KEY)


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    (tmp_path / "built").mkdir()
    return Desk(build_registry(tmp_path / "built", sqlite_template))


def test_a_repeat_prints_the_same_and_ends_with_0(desk: Desk) -> None:
    first = desk.run(*SUBMIT, by="ada")
    before = desk.recorded()

    assert first.code == 0
    assert desk.run(*SUBMIT, by="ada") == first
    assert desk.recorded() == before


def test_another_command_under_the_key_ends_with_5(desk: Desk) -> None:
    assert desk.run(*SUBMIT, by="ada").code == 0

    ran = desk.run("approve", "R-1", "--reason", "read", *KEY, by="stefan")

    assert ran.code == 5
    assert "this idempotency key was used for another command" in ran.err

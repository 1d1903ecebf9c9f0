"""Making a registry: whole or not at all, and never in passing."""

import contextlib
import subprocess
from pathlib import Path

import pytest
from acceptance import cli
from acceptance.cli import REGISTRY


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    place = ["-C", str(folder)] if folder else []
    with contextlib.chdir("/"):
        done = cli.run(*place, *arguments)
    return subprocess.CompletedProcess(arguments, done.code, done.out, done.err)


def test_a_name_that_cannot_be_the_admins_leaves_no_registry(tmp_path: Path) -> None:
    done = run("init", str(tmp_path / "new"), "--admin", "Not A Name")

    assert done.returncode == 2
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_way_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")

    done = run("init", str(tmp_path / "taken"))

    assert done.returncode == 2
    assert "the folder cannot be made" in done.stderr


def test_a_second_init_is_a_conflict_and_changes_nothing(tmp_path: Path) -> None:
    first, second = run("init", str(tmp_path)), run("init", str(tmp_path))

    assert (first.returncode, second.returncode) == (0, 5)
    assert run("accounts", "list", "-q", folder=tmp_path).stdout == "admin\n"


def test_a_database_that_is_gone_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    for file in tmp_path.glob("registry.db*"):
        file.unlink()

    for command in (("accounts", "list"), ("db", "upgrade"), ("audit", "verify")):
        done = run(*command, folder=tmp_path)
        assert (done.returncode, "the database is gone" in done.stderr) == (3, True)
    assert not (tmp_path / "registry.db").exists()


@pytest.mark.parametrize("endless", ["/dev/zero"])
def test_a_card_and_a_policy_without_end_are_refused(tmp_path: Path, endless: str) -> None:
    run("init", str(tmp_path))

    policy = run("policy", "validate", endless)
    card = run("register", "x.csv", "--card", endless, "--as", "admin", folder=tmp_path)

    assert (policy.returncode, card.returncode) == (2, 2)
    assert "Traceback" not in policy.stderr + card.stderr


def test_a_time_beyond_the_calendar_is_bad_input(tmp_path: Path) -> None:
    run("init", str(tmp_path))

    done = run("audit", "query", "--until", "9999-12-31", folder=tmp_path)

    assert done.returncode == 2
    assert "is no time" in done.stderr


def test_an_argument_that_is_no_text_is_bad_input(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    command: list[str | bytes] = [str(REGISTRY), "-C", str(tmp_path), "datasets", "show", b"\xff@1"]

    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)

    assert done.returncode == 2
    assert "not valid text" in done.stderr

"""The auditor's questions, exports and backups as commands."""

import csv
import io
import json
from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry, run

QUESTIONS = (
    ("approvals",),
    ("approvals", "--dataset", "claims@1", "--policy", "house-rules"),
    ("denials",),
    ("releases", "--to", "research-lab"),
    ("source", "hospital"),
    ("waivers",),
    ("actor", "carla", "--since", "2026-01-01"),
    ("query", "--fact", "release.granted"),
    ("approvals", "--as-of", "2099-12-31"),
    ("denials", "--as-of", "2099-12-31"),
    ("releases", "--as-of", "15"),
    ("source", "hospital", "--as-of", "15"),
    ("waivers", "--as-of", "2099-12-31T00:00:00Z"),
    ("actor", "carla", "--as-of", "2099-12-31"),
)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Desk:
    """A registry with a release and a refusal."""
    desk = Desk(build_registry(tmp_path_factory.mktemp("audited"), sqlite_template))
    wanted = ("--use", "model-development", "--audience", "internal")
    assert desk.run("submit", "claims@1", *wanted, by="ada").code == 0
    assert desk.run("approve", "R-1", "--reason", "read", by="ada").code == 4
    for name in ("stefan", "paula"):
        assert desk.run("approve", "R-1", "--reason", "read", by=name).code == 0
    assert desk.run("release", "R-1", "--to", "research-lab", by="carla").code == 0
    return desk


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_every_question_answers_in_every_format(used: Desk, question: tuple[str, ...]) -> None:
    asked = ("audit", *question)
    for format in ("table", "md"):
        assert used.run(*asked, "--format", format).code == 0
    assert isinstance(json.loads(used.run(*asked, "--format", "json").out), list | dict)
    lines = used.run(*asked, "--format", "ndjson").out.splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
    rows = list(csv.reader(io.StringIO(used.run(*asked, "--format", "csv").out)))
    assert len(rows) == len(lines) + 1
    assert len(used.run(*asked, "-q").out.splitlines()) == len(lines)


def test_a_state_is_shown_as_of_a_day(used: Desk) -> None:
    now = used.run("audit", "state", "claims@1")
    assert "released" in now.out
    assert used.run("audit", "state", "claims@1", "--as-of", "2020-01-01").code == 2
    found = json.loads(used.run("audit", "state", "claims@1", "--format", "json").out)
    assert [one["recipient"] for one in found["releases"]] == ["research-lab"]


def test_a_wrong_word_is_named_with_the_nearest(used: Desk) -> None:
    for asked in (("--outcome", "don"), ("--since", "yesterday"), ("--actor", "nobody")):
        assert used.run("audit", "query", *asked).code == 2
    for asked in (("--fact", "release.grant"), ("--dataset", "claim@1")):
        refused = used.run("audit", "query", *asked)
        assert (refused.code, "the nearest that is known" in refused.err) == (2, True)


def test_until_and_as_of_are_one_question_where_they_mean_the_same(used: Desk) -> None:
    day = ("--until", "2099-12-31")
    for question in (("releases",), ("source", "hospital"), ("waivers",)):
        until = used.run("audit", *question, *day)
        assert until.out == used.run("audit", *question, "--as-of", "2099-12-31").out
        assert used.run("audit", *question, *day, "--as-of", "5").code == 2
        assert used.run("audit", *question, "--until", "5").code == 2


def test_an_export_verifies_where_there_is_no_registry(used: Desk, tmp_path: Path) -> None:
    out = tmp_path / "claims.zip"
    made = used.run("audit", "export", "--dataset", "claims@1", "-o", str(out), by="amir")
    assert made.code == 0, made.err
    trust = ("--trust", used.path("log.pub"))
    assert run("audit", "verify-export", str(out), *trust).code == 0
    out.write_bytes(out.read_bytes()[:-1])
    assert run("audit", "verify-export", str(out), *trust).code == 6
    out.write_bytes(b"nothing")
    assert run("audit", "verify-export", str(out), *trust).code == 2


def test_a_lost_registry_comes_back_from_its_backup(used: Desk, tmp_path: Path) -> None:
    desk = Desk.copied(used.folder, tmp_path / "desk")
    backup = str(tmp_path / "registry.backup")
    assert desk.run("db", "backup", "-o", backup, by="carla").code == 4
    assert desk.run("db", "backup", "-o", backup, "--with-objects", by="admin").code == 0
    assert desk.run("db", "restore", backup, by="admin").code == 5
    (desk.folder / "registry.db").unlink()
    (desk.folder / "registry.db-wal").write_bytes(b"a journal that is left")
    assert desk.run("db", "restore", backup, by="admin").code == 5
    for left in desk.folder.glob("registry.db-*"):
        left.unlink()
    assert desk.run("db", "restore", backup).code == 4
    assert not (desk.folder / "registry.db").exists()
    restored = desk.run("db", "restore", backup, by="admin")
    assert restored.code == 0, restored.err
    assert desk.run("audit", "verify").code == 0
    assert desk.run("audit", "query", "--fact", "database.restored", "-q").out.strip()

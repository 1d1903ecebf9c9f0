"""Plan an audit, submit its scores, see the flag: as an engineer and a privacy officer do it."""

import json
import random
from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry
from unit.ledger.honest import scores

from registry.ledger.contradiction import OneRun

PLAN = ("dp-audit", "plan", "claims@1", "--method", "one-run", "--records", "300")
REST = ("--threshold", "0", "--note", "distance to the closest row")


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    (tmp_path / "built").mkdir()
    return Desk(build_registry(tmp_path / "built", sqlite_template))


def scored(desk: Desk, heading: str) -> str:
    """A file with the answers of randomised response at twice the claimed epsilon."""
    rows = scores(OneRun(300, 300, 0.0, 0.05), 4.0, random.Random(5))
    lines = [f"{int(one.member)},{one.score}" for one in rows]
    return desk.write("scores.csv", "\n".join([heading, "member,score", *lines]))


def test_a_false_claim_is_planned_scored_and_flagged(desk: Desk) -> None:
    planned = desk.run(*PLAN, *REST, by="ada")
    assert (planned.code, planned.out) == (0, "AUD-1\n")
    assert "planned AUD-1 on epsilon 2, delta 1e-06, at alpha 0.05" in planned.err
    assert "the greatest epsilon that it can show is 4.391" in planned.err
    heading = planned.err.splitlines()[-1].removeprefix("the file of scores begins with: ")

    submitted = desk.run("dp-audit", "submit", "AUD-1", scored(desk, heading), by="paula")

    assert submitted.code == 0, submitted.err
    assert "CONTRADICTED" in submitted.out
    shown = json.loads(desk.run("datasets", "show", "claims@1", "--format", "json").out)
    assert shown["epsilon_claim"] == "CONTRADICTED"
    (row,) = json.loads(desk.run("dp-audit", "show", "claims@1", "--format", "json").out)
    assert (row["audit"], row["verdict"]) == ("AUD-1", "CONTRADICTED")
    one = desk.run("dp-audit", "show", "AUD-1").out
    assert "guesses 300, neighbouringRelation add-remove, privacyUnit person, records 300" in one
    assert "member 1: all records of one person are in the data; member 0: they are left out" in one
    used = desk.run("audit", "source", "hospital", "--format", "json")
    assert '"dp-audit.submitted"' in used.out
    assert desk.run("audit", "verify").code == 0
    again = desk.run("dp-audit", "submit", "AUD-1", desk.path("scores.csv"), by="paula")
    assert again.code == 5


def test_bad_scores_are_one_clear_error_and_nothing_is_recorded(desk: Desk) -> None:
    desk.run(*PLAN, *REST, by="ada")
    before = desk.recorded()

    other = desk.run("dp-audit", "submit", "AUD-1", scored(desk, "# dataset: sha256:0"), by="ada")
    stranger = desk.run("dp-audit", "submit", "AUD-1", desk.path("scores.csv"), by="carla")

    assert (other.code, stranger.code) == (2, 4)
    assert "the scores are of another dataset than AUD-1 is" in other.err
    assert "where: scores.csv:1" in other.err
    assert desk.recorded() == before


def test_a_plan_that_is_too_small_for_its_claim_says_so(desk: Desk) -> None:
    small = desk.run(
        *("dp-audit", "plan", "claims@1", "--method", "many-run", "--note", "too few"),
        *("--members", "20", "--non-members", "20", "--threshold", "0.5"),
        by="ada",
    )

    assert small.code == 0, small.err
    assert "it CANNOT contradict this claim" in small.err

"""A rule is waived at the command line: who may, what it shows, and that it ends."""

from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry
from clocks import START
from world import POLICY

CHECK = ("check", "claims@1", "--use", "model-development", "--audience", "internal")
DAY = START.date().replace(year=START.year + 60).isoformat()
TERMS = """\
  waivers: {allowed: [DP-001], maxDuration: P36500D, approver: privacy-officer}
  approvals:
"""


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    """claims@1 claims epsilon 2, and the house now asks for 1 at most; the rule may be waived."""
    (tmp_path / "built").mkdir()
    desk = Desk(build_registry(tmp_path / "built", sqlite_template))
    text = (POLICY % {"version": "2.0.0", "limit": "1.0"}).replace("  approvals:\n", TERMS)
    assert desk.run("policy", "publish", desk.write("strict.yaml", text), by="carla").code == 0
    return desk


def waive(desk: Desk, by: str, **changes: str) -> tuple[int, str, str]:
    options = {
        "rule": "DP-001",
        "reason": "the next run is under way",
        "owner": "head of claims",
        "control": "inside the enclave only",
        "until": DAY,
        **changes,
    }
    words = [word for name, text in options.items() for word in (f"--{name}", text)]
    found = desk.run("waive", "claims@1", *words, by=by)
    return found.code, found.out, found.err


def test_a_waiver_turns_a_denial_into_an_approval_that_shows_what_was_waived(desk: Desk) -> None:
    assert desk.run(*CHECK).code == 1

    code, out, _ = waive(desk, "paula", ticket="RISK-7")
    checked = desk.run(*CHECK)

    assert (code, checked.code) == (0, 0)
    assert "W-1" in out
    line = next(line for line in checked.out.splitlines() if "DP-001" in line)
    assert line.split()[0] == "waived"
    assert line.split()[-1] == "-1"
    assert "DP-001 is waived" in checked.err
    assert "over by 1" in checked.err


@pytest.mark.parametrize(
    ("by", "changes", "code", "said"),
    [
        ("ada", {}, 4, "ada may not waive"),
        ("stefan", {}, 4, "the role privacy-officer, which the policy names"),
        ("paula", {"rule": "DP-7"}, 2, "no policy in effect has a rule 'DP-7'"),
        ("paula", {"until": "2001-01-01"}, 2, "is in the past"),
        ("paula", {"until": "9999-12-31"}, 1, "longer than P36500D"),
        ("paula", {"control": " "}, 2, "needs a control"),
    ],
)
def test_what_may_not_be_waived_is_refused_with_its_reason(
    desk: Desk, by: str, changes: dict[str, str], code: int, said: str
) -> None:
    found, _, err = waive(desk, by, **changes)

    assert (found, said in err) == (code, True), err
    assert "no waiver is in force" in desk.run("waivers", "list").err


def test_waivers_are_listed_shown_and_ended(desk: Desk) -> None:
    waive(desk, "paula")

    listed = desk.run("waivers", "list")
    soon = desk.run("waivers", "list", "--expiring", "30d")
    shown = desk.run("waivers", "show", "W-1")
    ended = desk.run("waivers", "end", "W-1", "--reason", "met since version 2", by="paula")
    again = desk.run("waivers", "end", "W-1", "--reason", "met", by="paula")

    assert "head of claims" in listed.out
    assert "1 in force on 1 versions, 0 of them end within 30 days" in listed.err
    assert "W-1" not in soon.out
    assert "inside the enclave only" in shown.out
    assert "unauthenticated (local mode)" in shown.out
    assert (ended.code, again.code) == (0, 5)
    assert desk.run(*CHECK).code == 1
    assert desk.run("audit", "verify").code == 0
    assert "waiver.ended" in desk.run("audit", "query", "--action", "end-waiver").out


def test_a_request_that_rests_on_a_waiver_says_so_to_who_signs(desk: Desk) -> None:
    waive(desk, "paula")
    submit = ("submit", "claims@1", "--use", "model-development", "--audience", "internal")
    assert desk.run(*submit, by="ada").code == 0

    shown = desk.run("review", "show", "R-1", by="stefan")
    refused = desk.run("approve", "R-1", "--reason", "read", by="paula")

    assert "W-1" in shown.out
    assert refused.code == 4
    assert "paula waived DP-001 for it (W-1)" in refused.err

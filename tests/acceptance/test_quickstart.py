"""The story on real data: what quickstart leaves behind holds, and tampering with it shows."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from quickstarts import Quickstart

pytestmark = pytest.mark.slow
INTERNAL = ("--use", "model-development", "--audience", "internal")
PARTNER = ("--use", "model-development", "--audience", "partner")


def checked(quickstart: Quickstart, label: str, *context: str) -> tuple[int, dict[str, set[str]]]:
    """The exit code of a check, and the rules by their outcome."""
    done = quickstart.run("check", label, *context, "--format", "json")
    rules: dict[str, set[str]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        rules.setdefault(finding["outcome"], set()).add(finding["rule"])
    return done.returncode, rules


def test_the_leaky_version_is_denied_for_its_copies(quickstart: Quickstart) -> None:
    code, rules = checked(quickstart, "rand-hie-synthetic@3", *INTERNAL)

    assert code == 1
    assert "PRV-001" in rules["fail"]


def test_a_version_without_guarantee_is_allowed_inside_and_refused_to_a_partner(
    quickstart: Quickstart,
) -> None:
    inside, _ = checked(quickstart, "rand-hie-synthetic@1", *INTERNAL)
    outside, rules = checked(quickstart, "rand-hie-synthetic@1", *PARTNER)

    assert (inside, outside) == (0, 1)
    assert {"DP-001", "DP-002", "DP-003"} <= rules["fail"]


def test_the_private_version_is_released_to_the_partner_by_distinct_people(
    quickstart: Quickstart,
) -> None:
    releases = json.loads(quickstart.run("releases", "list", "--format", "json").stdout)
    (partner,) = [row for row in releases if row["audience"] == "partner"]
    review = json.loads(
        quickstart.run("review", "show", partner["request"], "--format", "json").stdout
    )

    assert partner["version"] == "rand-hie-synthetic@2"
    assert {one["name"] for one in review["signoffs"]} == {"stefan", "paula", "cem"}
    assert {one["authentication"] for one in review["signoffs"]} == {"unauthenticated (local mode)"}


def test_nothing_of_the_leaky_version_was_ever_submitted_or_released(
    quickstart: Quickstart,
) -> None:
    events = quickstart.run(
        "audit", "query", "--dataset", "rand-hie-synthetic@3", "--format", "ndjson"
    )
    facts = [json.loads(line)["fact"] for line in events.stdout.splitlines()]

    assert "attempt.refused" in facts
    assert not {"request.submitted", "release.granted"} & set(facts)


def test_all_three_versions_stand_in_the_ledger_and_two_without_a_guarantee_are_named(
    quickstart: Quickstart,
) -> None:
    shown = json.loads(quickstart.run("budget", "show", "rand-hie", "--format", "json").stdout)
    runs = {
        one["version"].split("@")[1]: one["counted as"]
        for one in shown["ledger"]
        if one["kind"] == "run"
    }
    (total,) = (
        one for one in shown["methods"] if (one["total"], one["method"]) == ("run", "basic")
    )

    assert sorted(runs) == ["1", "2", "3"]
    assert sorted(runs.values()).count("none") == 2
    assert total["epsilon"] == "inf"
    for version, counted in runs.items():
        assert (f"rand-hie-synthetic@{version}" in total["why"]) == (counted == "none")


def test_the_budget_was_signed_by_two_people_before_any_of_it_was_spent(
    quickstart: Quickstart,
) -> None:
    (listed,) = json.loads(quickstart.run("budget", "list", "--format", "json").stdout)
    log = quickstart.run("audit", "query", "--format", "ndjson").stdout.splitlines()
    facts = [json.loads(line)["fact"] for line in log]

    assert (listed["declared_by"], listed["signed_by"]) == ("stefan", "paula")
    assert (listed["audience"], listed["state"]) == ("partner", "in force")
    assert facts.index("budget.declared") < facts.index("dataset.registered")


def test_what_partners_received_leaves_no_room_for_as_much_again(quickstart: Quickstart) -> None:
    plan = ("budget", "plan", "rand-hie", "--delta", "1e-5", "--audience", "partner")

    again = quickstart.run(*plan, "--epsilon", "3", "--format", "json")
    less = quickstart.run(*plan, "--epsilon", "1")

    (found,) = json.loads(again.stdout)
    assert (again.returncode, less.returncode) == (1, 0)
    assert (found["epsilon"], found["remaining"]) == (6, 1)


def test_the_doctor_finds_nothing_wrong_and_reports_tell_the_cost(quickstart: Quickstart) -> None:
    page = (quickstart.folder / "reports" / "rand-hie-synthetic@2-quality.html").read_text()

    assert quickstart.run("doctor").returncode == 0
    assert "What releases of this source have cost" in page
    assert "nothing bounds what was exposed, because of rand-hie-synthetic@1" in page


def test_every_measurement_is_recorded_with_seed_versions_and_interval(
    quickstart: Quickstart,
) -> None:
    with sqlite3.connect(quickstart.folder / "registry.db") as database:
        rows = database.execute(
            "SELECT metric, status, cause, seed, versions, low, high FROM measurement"
        ).fetchall()

    assert len({metric for metric, *_ in rows}) >= 15
    for _, status, cause, seed, versions, low, high in rows:
        assert status == "measured" or cause
        assert seed is not None and json.loads(versions)
        assert status != "measured" or low <= high


def test_reports_stand_alone_and_say_that_sign_offs_are_unauthenticated(
    quickstart: Quickstart,
) -> None:
    folder = quickstart.folder / "reports"
    pages = {path.name: path.read_text() for path in folder.glob("*.html")}
    quality = [name for name in pages if name.endswith("-quality.html")]

    assert len(quality) == 3 and len(pages) > 30
    for name, page in pages.items():
        assert "<script" not in page, name
        assert not re.search(r"""(src|href)=["']?(https?:)?//""", page), name
    for name in quality:
        assert "unauthenticated (local mode)" in pages[name]
        assert pages[name].count("<svg") >= 10
    assert str(Path("reports", "index.html")) in quickstart.stderr


def test_one_request_is_left_for_whoever_looks(quickstart: Quickstart) -> None:
    (waiting,) = json.loads(quickstart.run("review", "queue", "--format", "json").stdout)

    assert waiting["state"] == "submitted" and waiting["submitted_by"] == "ada"
    assert waiting["needs"] == {"privacy-officer": 1, "steward": 1}
    assert f"review {waiting['request']} in a browser" in quickstart.stderr


def test_it_ends_with_the_next_five_commands_and_they_work(quickstart: Quickstart) -> None:
    after = quickstart.stderr.split("try next:\n")[1].split("\n\n")[0].splitlines()
    here = [line.replace(finished(quickstart), str(quickstart.folder)) for line in after]
    commands = [line.split()[1:] for line in here]

    codes = [
        quickstart.run(*command[2:] if command[0] == "-C" else command).returncode
        for command in commands
    ]

    assert codes == [1, 0, 0, 0, 0]


def finished(quickstart: Quickstart) -> str:
    """The folder named in what quickstart printed (this test works on a copy)."""
    return quickstart.stderr.split("try next:\n")[1].split(" -C ")[1].split()[0]


def test_a_second_quickstart_in_the_same_folder_is_refused_and_harms_nothing(
    quickstart: Quickstart,
) -> None:
    again = quickstart.run("quickstart", str(quickstart.folder))

    assert again.returncode == 5
    assert quickstart.run("audit", "verify").returncode == 0


def test_one_changed_byte_in_one_event_fails_verification_with_exit_6(
    quickstart: Quickstart,
) -> None:
    assert quickstart.run("audit", "verify").returncode == 0
    with sqlite3.connect(quickstart.folder / "registry.db") as database:
        triggers = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
        )
        for (name,) in triggers.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        body = database.execute("SELECT body FROM event WHERE seq = 7").fetchone()[0]
        changed = body[:-2] + bytes([body[-2] ^ 1]) + body[-1:]
        database.execute("UPDATE event SET body = ? WHERE seq = 7", (changed,))

    done = quickstart.run("audit", "verify")

    assert done.returncode == 6
    assert "event 7" in done.stderr
    assert "event_no_update is missing" in done.stderr


def test_missing_triggers_alone_are_reported(quickstart: Quickstart) -> None:
    with sqlite3.connect(quickstart.folder / "registry.db") as database:
        database.execute("DROP TRIGGER event_no_delete")

    done = quickstart.run("audit", "verify")

    assert done.returncode == 6
    assert "event_no_delete" in done.stderr


def test_a_second_evaluation_gives_the_same_evidence(quickstart: Quickstart) -> None:
    data = Path(quickstart.folder) / "data"
    done = quickstart.run(
        "evaluate",
        "rand-hie-synthetic@2",
        "--real",
        str(data / "rand-hie-training.csv.gz"),
        "--holdout",
        str(data / "rand-hie-holdout.csv.gz"),
        "--fresh",
        "--jobs",
        "2",
        "--as",
        "ada",
    )

    assert done.returncode == 0
    assert "the same results were recorded before" in done.stderr
    events = quickstart.run("audit", "query", "--action", "evaluate", "--format", "ndjson")
    assert json.loads(events.stdout.splitlines()[-1])["fact"] == "evaluation.confirmed"

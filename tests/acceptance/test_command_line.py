"""The command line as a whole: its help, its streams, its formats and its exit codes."""

import contextlib
import csv
import inspect
import io
import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from acceptance.cli import REGISTRY, Desk, Ran, build_registry, run, spawn
from conftest import real_table
from tree import whole_tree
from typer.main import get_group
from world import POLICY

import registry.cli
from registry.cli.commands import COMMANDS

CHECK = ("check", "claims@1", "--use", "model-development", "--audience", "internal")
LISTS = [
    ("accounts", "list"),
    ("audit", "query"),
    ("datasets", "list"),
    ("metrics", "list"),
    ("policies", "list"),
    ("releases", "list"),
    ("review", "queue", "--all"),
    ("sources", "list"),
]
SINGLES = [
    ("datasets", "show", "claims@1"),
    ("sources", "show", "hospital"),
    ("metrics", "show", "privacy.linkability"),
    ("audit", "verify"),
    ("db", "current"),
]
FLAGS = (
    *("--name", "visits", "--source", "hospital", "--target", "visited"),
    *("--generator", "mst", "--generator-version", "1.0", "--family", "marginal-based-dp"),
    *("--epsilon", "1.5", "--delta", "1e-6", "--mechanism", "gaussian"),
    *("--privacy-unit", "person", "--relation", "add-remove"),
)
LOOKS = {"list", "show", "queue", "current"}
"""Commands that only show something; every other is an action, and shows how it is used."""


def commands(command: object = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every command and every group, the root's () first."""
    found = command or whole_tree()
    yield path
    for name, inner in getattr(found, "commands", {}).items():
        yield from commands(inner, (*path, name))


def leaves(command: Any) -> Iterator[Any]:
    """Every command under this one that does something itself."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield command
    for one in (inner or {}).values():
        yield from leaves(one)


def is_group(path: tuple[str, ...]) -> bool:
    return any(other[:-1] == path for other in commands() if other)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return build_registry(tmp_path_factory.mktemp("built"), sqlite_template)


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Desk:
    return Desk.copied(built, tmp_path / "desk")


@pytest.fixture(scope="module")
def used(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A registry with a release in force, for looking only."""
    desk = Desk.copied(built, tmp_path_factory.mktemp("used") / "desk")
    for by, arguments in (
        ("ada", ("submit", *CHECK[1:])),
        ("stefan", ("approve", "R-1", "--reason", "reviewed")),
        ("paula", ("approve", "claims@1", "--reason", "read")),
        ("carla", ("release", "R-1", "--to", "=1+1 | Pricing")),
    ):
        ran = desk.run(*arguments, by=by)
        assert ran.code == 0, ran.err
    return desk


def fine(ran: Ran) -> str:
    """The data that a command which succeeded has printed."""
    assert ran.code == 0, ran.err
    return ran.out


# Help


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_says_what_it_does(path: tuple[str, ...]) -> None:
    ran = run(*path, "--help")

    out = fine(ran)
    usage, blank, description, *_ = out.splitlines()
    assert usage.startswith(" ".join(("Usage: registry", *path)))
    assert blank == ""
    assert len(description.split()) >= 2
    assert not description.startswith("Options:")
    assert ran.err == ""


@pytest.mark.parametrize(
    "path",
    [path for path in commands() if not is_group(path) and path[-1] not in LOOKS],
    ids=" ".join,
)
def test_every_action_shows_an_example_of_itself(path: tuple[str, ...]) -> None:
    out = fine(run(*path, "--help"))

    example = " ".join(out.split("Example:")[1].split())
    assert f"registry {' '.join(path)}" in example


@pytest.mark.parametrize("path", [path for path in commands() if is_group(path)], ids=" ".join)
def test_a_group_lists_each_of_its_commands_with_a_line(path: tuple[str, ...]) -> None:
    out = fine(run(*path, "--help")).split("Commands:")[1]

    names = {other[-1] for other in commands() if other and other[:-1] == path}
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line[:3].strip()}
    assert names <= set(lines)
    assert all(lines[name] for name in names)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_root_lists_a_command_by_the_line_of_its_own_help(name: str) -> None:
    own = inspect.cleandoc(whole_tree().commands[name].help).split("\n\n")[0]

    assert COMMANDS[name][1] == " ".join(own.split())


@pytest.mark.parametrize("file", sorted({file for file, _ in COMMANDS.values()}))
def test_the_root_lists_every_command_of_a_file(file: str) -> None:
    room = typer.Typer()
    import_module(f"registry.cli.{file}").add_to(room)

    listed = {name for name, (where, _) in COMMANDS.items() if where == file}
    assert listed == set(get_group(room).commands)


def test_no_file_of_commands_is_left_out_of_the_tree() -> None:
    files = Path(registry.cli.__file__).parent.glob("*.py")
    with_commands = {path.stem for path in files if "def add_to(" in path.read_text()}

    reached = {
        leaf.callback.__module__.removeprefix("registry.cli.") for leaf in leaves(whole_tree())
    }
    assert with_commands
    assert with_commands <= reached


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    ran = run("chek")

    assert ran.code == 2
    assert "Did you mean 'check'" in ran.err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("registry chec", ["check"]),
        ("registry audit verify-", ["verify-export"]),
        ("registry check --juris", ["--jurisdiction"]),
    ],
)
def test_the_shell_completes_commands_and_their_options(typed: str, offered: list[str]) -> None:
    shell = {
        "_REGISTRY_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }

    done = subprocess.run([REGISTRY], env={**os.environ, **shell}, capture_output=True, text=True)

    assert done.stdout.split() == offered


def test_the_root_explains_the_exit_codes_and_where_to_begin() -> None:
    out = " ".join(fine(run("--help")).split())

    for code in ("0 allowed", "1 denied", "2 invalid", "3 could not", "4 not", "5 conf", "6 integ"):
        assert code in out
    assert "registry quickstart" in out


def test_the_version_is_that_of_the_package() -> None:
    ran = run("--version")

    assert (ran.code, ran.out) == (0, version("synthetic-data-registry") + "\n")


# Streams and formats


@pytest.mark.parametrize("arguments", LISTS, ids=" ".join)
def test_every_list_is_json_on_stdout_and_nothing_on_stderr(
    used: Desk, arguments: tuple[str, ...]
) -> None:
    ran = used.run(*arguments, "--format", "json")

    rows = json.loads(fine(ran))
    assert isinstance(rows, list)
    assert rows
    assert all(isinstance(row, dict) for row in rows)
    assert ran.err == ""


@pytest.mark.parametrize("arguments", LISTS, ids=" ".join)
def test_every_list_says_the_same_in_every_format(used: Desk, arguments: tuple[str, ...]) -> None:
    def printed(*more: str) -> str:
        return fine(used.run(*arguments, *more))

    rows = json.loads(printed("--format", "json"))
    ids = printed("-q").splitlines()

    assert [json.loads(line) for line in printed("--format", "ndjson").splitlines()] == rows
    table = list(csv.DictReader(io.StringIO(printed("--format", "csv"))))
    assert [row[next(iter(row))] for row in table] == ids
    assert len(printed("--format", "md").splitlines()) == 2 + len(rows)
    assert len(printed().splitlines()) == 2 + len(rows)
    assert len(ids) == len(rows)
    assert all(
        one in {str(value) for value in row.values()} for one, row in zip(ids, rows, strict=True)
    )


@pytest.mark.parametrize("arguments", SINGLES, ids=" ".join)
def test_every_single_view_is_one_json_object(used: Desk, arguments: tuple[str, ...]) -> None:
    found = json.loads(fine(used.run(*arguments, "--format", "json")))

    quiet = fine(used.run(*arguments, "-q"))
    assert isinstance(found, dict)
    assert quiet == f"{next(iter(found.values()))}\n"


def test_a_recipient_that_looks_like_a_formula_or_a_cell_stays_text(used: Desk) -> None:
    listed = ("releases", "list", "--format")

    (row,) = csv.DictReader(io.StringIO(fine(used.run(*listed, "csv"))))
    table = fine(used.run(*listed, "md")).splitlines()[2]

    assert row["recipient"] == "'=1+1 | Pricing"
    assert "| =1+1 \\| Pricing |" in table


def test_data_is_on_stdout_and_the_verdict_on_stderr(desk: Desk) -> None:
    ran = desk.run(*CHECK, "--format", "csv")

    header, *rows = csv.reader(io.StringIO(ran.out))
    assert header[:2] == ["outcome", "rule"]
    assert all(len(row) == len(header) for row in rows)
    assert "ALLOWED" in ran.err
    assert "ALLOWED" not in ran.out


def test_quiet_prints_ids_only(desk: Desk) -> None:
    assert fine(desk.run("datasets", "list", "-q")) == "claims@1\n"
    assert fine(desk.run("submit", *CHECK[1:], "-q", by="ada")) == "R-1\n"
    assert fine(desk.run("approve", "R-1", "-q", "--reason", "read", by="stefan")) == "R-1\n"
    assert fine(desk.run("approve", "R-1", "-q", "--reason", "read", by="paula")) == "R-1\n"
    assert fine(desk.run("release", "R-1", "--to", "Lab", "-q", by="carla")) == "REL-1\n"


def test_a_policy_is_shown_byte_for_byte(desk: Desk) -> None:
    expected = POLICY % {"version": "1.0.0", "limit": "3.0"}

    assert fine(desk.run("policies", "show", "house-rules")) == expected


# Exit codes


def publish(desk: Desk, **changes: str) -> None:
    """Put another version of the house rules into effect."""
    text = POLICY % {"version": "2.0.0", "limit": "3.0"}
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    assert desk.run("policy", "publish", desk.write("policy.yaml", text), by="carla").code == 0


def test_a_check_that_allows_ends_with_0(desk: Desk) -> None:
    ran = desk.run(*CHECK, "--format", "json")

    assert ran.code == 0
    assert json.loads(ran.out)["outcome"] == "allow"


def test_a_check_that_denies_ends_with_1(desk: Desk) -> None:
    publish(desk, **{"lte: 3.0": "lte: 1.0"})

    ran = desk.run(*CHECK, "--format", "json")

    assert ran.code == 1
    assert json.loads(ran.out)["outcome"] == "deny"
    assert "DENIED" in desk.run(*CHECK).err


def test_a_check_without_the_evidence_ends_with_3(desk: Desk) -> None:
    publish(
        desk,
        **{
            "dp.epsilon": "sdmetrics.quality",
            "lte: 3.0": "gte: 0.8",
            "onMissingEvidence: deny": "onMissingEvidence: undecided",
        },
    )

    ran = desk.run(*CHECK, "--format", "json")

    assert ran.code == 3
    assert json.loads(ran.out)["outcome"] == "undecided"
    said = desk.run(*CHECK).err
    assert "NOT DECIDED" in said
    evaluation = "run `registry evaluate claims@1 --real TRAINING --holdout HOLDOUT`"
    assert said.endswith(f"next: {evaluation}\n")
    assert evaluation in desk.run(*CHECK, "--output", "junit=-").out


def test_what_is_denied_cannot_be_submitted_and_ends_with_1(desk: Desk) -> None:
    publish(desk, **{"lte: 3.0": "lte: 1.0"})

    ran = desk.run("submit", *CHECK[1:], by="ada")

    assert (ran.code, ran.out) == (1, "")
    assert "DP-001" in ran.err


def test_an_intact_log_verifies_and_a_changed_one_ends_with_6(desk: Desk) -> None:
    assert desk.run("audit", "verify").code == 0
    change(desk, "DROP TRIGGER event_no_update", "UPDATE event SET outcome = 'x' WHERE seq = 2")

    ran = desk.run("audit", "verify")

    assert ran.code == 6
    assert "Traceback" not in ran.err


def change(desk: Desk, *statements: str) -> None:
    """Change the database behind the registry's back."""
    with contextlib.closing(sqlite3.connect(desk.folder / "registry.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_an_unexpected_failure_ends_with_3_and_without_a_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_lists(monkeypatch)

    ran = desk.run("sources", "list")

    assert (ran.code, ran.out) == (3, "")
    assert "unexpected failure: RuntimeError: the wheel came off" in ran.err
    assert "REGISTRY_DEBUG=1" in ran.err
    assert "Traceback" not in ran.err


def test_under_registry_debug_an_unexpected_failure_shows_its_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_lists(monkeypatch)

    ran = desk.run("sources", "list", REGISTRY_DEBUG="1")

    assert (ran.code, ran.out) == (3, "")
    assert "Traceback" in ran.err
    assert "unexpected failure: RuntimeError: the wheel came off" in ran.err


def break_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the wheel came off")

    monkeypatch.setattr("registry.workflow.listing.sources", broken)


def test_in_a_process_of_its_own_the_trace_is_there_under_registry_debug_only(
    desk: Desk,
) -> None:
    # A record that no command can have written.
    change(desk, "UPDATE source SET columns = 'no JSON'")
    command = ("-C", str(desk.folder), "sources", "show", "hospital")

    quiet, loud = spawn(*command), spawn(*command, REGISTRY_DEBUG="1")

    assert (quiet.returncode, quiet.stdout) == (3, "")
    assert "unexpected failure: JSONDecodeError" in quiet.stderr
    assert "Traceback" not in quiet.stderr
    assert (loud.returncode, loud.stdout) == (3, "")
    assert "Traceback" in loud.stderr


# Who and what


def test_registry_as_names_the_person_and_the_flag_overrides_it(desk: Desk) -> None:
    command = ("submit", *CHECK[1:])

    assert desk.run(*command, "--as", "amir", REGISTRY_AS="ada").code == 4
    assert desk.run(*command, REGISTRY_AS="ada").code == 0
    (row,) = json.loads(fine(desk.run("review", "queue", "--format", "json")))
    assert row["submitted_by"] == "ada"


def test_a_version_is_registered_by_flags_alone(desk: Desk) -> None:
    data = desk.write("data.csv", real_table(9).to_csv(index=False))

    ran = desk.run("register", data, *FLAGS, "--format", "json", by="ada")

    row = json.loads(fine(ran))
    assert (row["version"], row["rows"], row["columns"]) == ("visits@1", 120, 4)
    shown = json.loads(fine(desk.run("datasets", "show", "visits@1", "--format", "json")))
    assert (shown["generator"], shown["epsilon"], shown["source"]) == ("mst 1.0", 1.5, "hospital")


def test_registering_the_same_again_says_so_and_changes_nothing(desk: Desk) -> None:
    data = desk.write("data.csv", real_table(9).to_csv(index=False))
    first = json.loads(fine(desk.run("register", data, *FLAGS, "--format", "json", by="ada")))
    before = desk.recorded()

    again = json.loads(fine(desk.run("register", data, *FLAGS, "--format", "json", by="ada")))

    assert again == {**first, "registered": "before; nothing changed"}
    assert desk.recorded() == before


def test_init_makes_a_registry_that_works(tmp_path: Path) -> None:
    folder = str(tmp_path / "new")

    ran = run("init", folder)

    assert (ran.code, ran.out) == (0, "")
    assert "registry accounts add" in ran.err
    assert fine(run("-C", folder, "accounts", "list", "-q")) == "admin\n"
    assert fine(run("accounts", "list", "-q", REGISTRY_FOLDER=folder)) == "admin\n"


# A reader that leaves


@pytest.mark.parametrize("arguments", [("metrics", "list"), ("--help",)], ids=" ".join)
def test_a_reader_that_has_left_is_no_verdict_and_no_complaint(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [REGISTRY, *arguments], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)

    # As a shell reports a filter that was cut off: neither 0, "allowed", nor 1, "denied".
    assert (done.returncode, done.stderr) == (141, "")


def test_a_reader_that_leaves_in_the_middle_is_no_verdict_and_no_complaint(desk: Desk) -> None:
    with subprocess.Popen(
        [REGISTRY, "-C", str(desk.folder), "audit", "query", "--format", "ndjson"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == ""

    assert process.returncode == 141

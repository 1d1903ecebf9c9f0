"""The command line against a server prints and ends as it does beside the registry."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
import uvicorn
from registries import After
from typer.testing import CliRunner
from web.desks import Desktop
from web.furnished import furnish

from registry.cli.main import app
from registry.clock import system_clock
from registry.workflow.context import Context

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
READ = [
    "sources list",
    "sources show hospital --format json",
    "datasets list --format json",
    "datasets show claims@1",
    "review queue --all",
    "review show R-1 --format json",
    "releases list",
    "releases show REL-1 --format json",
    "recipients list",
    "agreements list --all",
    "agreements show A-1",
    "deputies list",
    "waivers list",
    "waivers show W-1",
    "budget list",
    "budget show hospital --format json",
    "budget plan hospital --epsilon 0.5",
    "policies list --format csv",
    "policies show house-rules",
    "accounts list",
    "audit query --format json --limit 5",
    "audit query --action approve --format ndjson",
    "audit approvals --format json",
    "explain claims@1 --use model-development --audience internal --format json",
    "explain claims@1 --use model-development --audience partner",
    "access list --all",
]
DECIDED = [
    "check claims@1 --use model-development --audience internal --format json",
    "check claims@1 --use model-development --audience internal",
    "check claims@1 --use re-identification --audience internal --format sarif",
    "check nothing@1 --use model-development --audience internal",
]


@dataclass(frozen=True)
class Served:
    """A real server of the furnished registry, and where it is."""

    desktop: Desktop
    url: str


@pytest.fixture
def served(home: Context, after: After, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server where carla has signed in."""
    after(furnish)
    with serving(home, monkeypatch) as found:
        yield found


@pytest.fixture
def served_today(home: Context, after: After, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The same by the clock of this machine, which the processes of jobs go by."""
    after(furnish)
    with serving(replace(home, clock=system_clock), monkeypatch) as found:
        yield found


@contextmanager
def serving(home: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    desktop = Desktop(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(desktop.app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("REGISTRY_FOLDER", str(home.settings.folder))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", home.settings.database_url)
    found = Served(desktop, url)
    sign_in(found, "carla", monkeypatch)
    yield found
    server.should_exit = True
    thread.join(20)
    desktop.close()


def sign_in(served: Served, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    served.desktop.app.state.desk.sittings.code = "let me in"
    monkeypatch.setenv("REGISTRY_PASSWORD", "none")
    monkeypatch.setenv("REGISTRY_CODE", "let me in")
    done = CliRunner().invoke(app, ["--remote", served.url, "login", name], catch_exceptions=False)
    assert done.exit_code == 0, done.output


def here(line: str, name: str = "carla") -> tuple[int, str]:
    return ran(line.split(), {"REGISTRY_AS": name})


def there(served: Served, line: str) -> tuple[int, str]:
    return ran(["--remote", served.url, *line.split()], {})


def ran(words: list[str], environment: dict[str, str]) -> tuple[int, str]:
    done = CliRunner().invoke(app, words, env=environment)
    error = done.exception
    code = getattr(error, "exit_code", done.exit_code)
    return code, done.stdout + str(getattr(error, "what", ""))


@SQLITE
@pytest.mark.usefixtures("database_url")
def test_what_is_read_is_the_same(served: Served) -> None:
    desk = served.desktop.app.state.desk
    # The time of this machine, as the commands beside the registry have it.
    served.desktop.app.state.desk = replace(desk, home=replace(desk.home, clock=system_clock))

    far = {line: there(served, line) for line in READ + DECIDED}
    near = {line: here(line) for line in READ + DECIDED}

    assert "\n".join(line for line in far if far[line] != near[line]) == ""


@SQLITE
@pytest.mark.usefixtures("database_url")
def test_a_request_is_signed_and_released_from_afar(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stefan", "paula"):
        sign_in(served, name, monkeypatch)
        assert there(served, "approve R-2 --reason reviewed")[0] == 0
    assert there(served, "release R-2 --to Lab")[0] == 4
    sign_in(served, "carla", monkeypatch)

    code, text = there(served, "release R-2 --to Lab --format json")

    assert (code, '"release": "REL-2"' in text) == (0, True)
    assert there(served, "release R-2 --to Lab")[0] == 5


@SQLITE
@pytest.mark.usefixtures("database_url")
def test_data_is_asked_for_answered_and_not_wanted_any_more_from_afar(served: Served) -> None:
    wanted = "access ask claims --for Lab --use research --audience internal --purpose prices"

    asked = there(served, f"{wanted} --until 2026-12-01 --format json")
    own = there(served, "access answer Q-2 --answer yes")
    back = there(served, "access withdraw Q-2 --format json")
    answered = there(served, "access answer Q-1 --answer soon --refuse --format json")

    assert [code for code, _ in (asked, own, back, answered)] == [0, 4, 0, 0]
    found = [json.loads(text) for _, text in (asked, back, answered)]
    assert [one["state"] for one in found] == ["asked", "withdrawn", "refused"]
    assert (found[0]["agreement"], found[2]["answer"]) == (None, "soon")


@SQLITE
@pytest.mark.usefixtures("database_url")
def test_what_does_not_run_there_says_so_and_does_nothing(served: Served) -> None:
    code, text = there(served, "audit key")

    assert (code, "runs beside the registry" in text) == (2, True)


def evaluations(served: Served) -> list[str]:
    return list(json.loads(there(served, "datasets show claims@1 --format json")[1])["evaluations"])


@SQLITE
@pytest.mark.slow
@pytest.mark.usefixtures("database_url")
def test_an_evaluation_is_sent_followed_and_recorded_there(
    served_today: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = served_today
    folder = served.desktop.home.settings.folder
    tables = f"--real {folder}/training.csv --holdout {folder}/holdout.csv"
    line = f"evaluate claims@1 {tables} --profile quick"
    assert there(served, line)[0] == 4  # carla holds no role that evaluates
    sign_in(served, "ada", monkeypatch)
    before = evaluations(served)

    code, text = there(served, f"{line} --format json")
    wrong = there(served, line.replace("training.csv", "holdout.csv"))

    assert (code, '"state": "done"' in text) == (0, True), text
    assert len(evaluations(served)) == len(before) + 1
    assert wrong[0] == 3
    assert list((folder / "uploads").iterdir()) == []


@SQLITE
@pytest.mark.usefixtures("database_url")
def test_a_table_of_the_server_is_named_and_what_a_server_does_not_take_is_refused(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(served, "ada", monkeypatch)
    line = "evaluate claims@1 --real server:a.csv --holdout server:b.csv"

    assert there(served, line) == (2, "this server has no folder of real tables")
    assert there(served, f"{line} --seed 4")[0] == 2
    assert there(served, "evaluate claims@1 --real nowhere.csv --holdout nowhere.csv")[0] == 2

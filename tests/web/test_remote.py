"""The command line against a server prints and ends as it does beside the registry."""

import socket
import threading
import time
from collections.abc import Iterator
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
    desktop = Desktop(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(desktop.app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
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
def test_what_does_not_run_there_says_so_and_does_nothing(served: Served) -> None:
    code, text = there(served, "audit checkpoint")

    assert (code, "runs beside the registry" in text) == (2, True)

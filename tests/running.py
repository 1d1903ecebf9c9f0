"""A real `registry serve` in a process of its own, which can be stopped and started again."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server
from urllib.request import urlopen

from clocks import SettableClock
from registries import key_of
from served import Prepared, Served

from registry.workflow.people.totp import code_at, step_of

REGISTRY = Path(sys.executable).with_name("registry")
SETTINGS = 'mode = "signed-in"\ndatabase_url = "{url}"\nlog_key = "{key}"\norigin = "{origin}"\n'


class Now(SettableClock):
    """The time of the server's own process, which nobody sets."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, **span: float) -> None:
        """Time goes by itself."""


@dataclass
class Running(Served):
    """A desk in its own process, on the time that it is."""

    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    steps: dict[str, int] = field(default_factory=dict)

    def code(self, name: str) -> str:
        """A one-time code that was not used yet; waits where all that are accepted were."""
        step = max(self.steps.get(name, 0) + 1, step_of(datetime.now(UTC)))
        while step > step_of(datetime.now(UTC)) + 1:
            time.sleep(0.5)
        self.steps[name] = step
        return code_at(self.office.people[name].second, step)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(REGISTRY), "-C", str(self.folder), "serve", "--port", str(self.port)]
        with (self.folder / "serve.log").open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ))
        for _ in range(600):
            assert self.process.poll() is None, (self.folder / "serve.log").read_text()
            try:
                with urlopen(f"{self.url}/healthz") as answer:  # our own server
                    assert answer.status == 200
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text())

    def stop(self) -> None:
        """Ask it to end, as a restart does."""
        assert self.process
        self.process.terminate()
        self.process.wait(40)


@contextmanager
def running(prepared: Prepared, folder: Path) -> Iterator[Running]:
    """A server over a copy; it is ended when the test is."""
    office = prepared.copied(folder, Now())
    settings = office.home.settings
    written = {"url": settings.database_url, "key": key_of(folder), "origin": prepared.origin}
    (folder / "registry.toml").write_text(SETTINGS.format(**written))
    with create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    desk = Running(f"http://127.0.0.1:{port}", office, port=port)
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()
        office.home.engine.dispose()

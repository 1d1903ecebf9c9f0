"""A real `registry serve` in signed-in mode, with people who enrolled, for browsers to visit."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from typing import Any
from urllib.request import urlopen

from clocks import SettableClock
from conftest import real_table
from people import Office, Person, begin
from registries import key_of, with_log_key
from world import CARD, POLICY

from registry.records import Role
from registry.settings import Settings
from registry.store.database import open_engine
from registry.workflow.add_source import add_source
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.people.totp import code_at, step_of
from registry.workflow.publish_policy import publish_policy

REGISTRY = Path(sys.executable).with_name("registry")
TEAM = {
    "carla": (Role.COMPLIANCE_OFFICER,),
    "ada": (Role.ENGINEER,),
    "eva": (Role.ENGINEER, Role.STEWARD),
    "stefan": (Role.STEWARD,),
    "paula": (Role.PRIVACY_OFFICER,),
}
SETTINGS = 'mode = "signed-in"\ndatabase_url = "{url}"\nlog_key = "{key}"\norigin = "{origin}"\n'


class Now(SettableClock):
    """The time of the server's own process, which nobody sets."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, **span: float) -> None:
        """Time goes by itself."""


@dataclass(frozen=True)
class Prepared:
    """A folder to copy: people enrolled, a source confirmed, a policy in effect."""

    folder: Path
    people: dict[str, Person]
    origin: str


@dataclass
class Served:
    """A running server: its address, its people, and the registry behind it."""

    url: str
    office: Office
    folder: Path
    steps: dict[str, int] = field(default_factory=dict)

    def code(self, name: str) -> str:
        """A one-time code that was not used yet; waits where all that are accepted were."""
        now = step_of(datetime.now(UTC))
        step = max(self.steps.get(name, 0) + 1, now)
        while step > step_of(datetime.now(UTC)) + 1:
            time.sleep(1)
        self.steps[name] = step
        return code_at(self.office.people[name].second, step)

    def sign_in(self, page: Any, name: str) -> None:
        """Fill in the page to sign in, wherever it came up."""
        page.fill("#name", name)
        page.fill("#password", self.office.people[name].given_password)
        page.fill("#code", self.code(name))
        page.press("#code", "Enter")

    def publish(self, version: str, limit: str) -> None:
        """Put a version of the house rules into effect, as carla."""
        path = self.folder / f"policy-{version}.yaml"
        path.write_text(POLICY % {"version": version, "limit": limit})
        publish_policy(self.office.by("carla"), path)


def prepare(folder: Path, template: Path) -> Prepared:
    """Live through everything up to a policy in effect, half an hour ago."""
    shutil.copyfile(template, folder / "registry.db")
    return lived(folder, f"sqlite:///{folder / 'registry.db'}")


def lived(folder: Path, url: str) -> Prepared:
    """The same in the migrated, empty database at ``url``."""
    clock = SettableClock()
    clock.now = datetime.now(UTC) - timedelta(minutes=45)
    settings = with_log_key(Settings(folder, url, "local", None))
    office = begin(Context(settings, open_engine(url), clock, None), clock)
    for name, roles in TEAM.items():
        office.join(name, *roles)
    training, holdout = folder / "training.csv", folder / "holdout.csv"
    real_table(1).to_csv(training, index=False)
    real_table(2).to_csv(holdout, index=False)
    source = {"classification": "special-category"}
    add_source(office.by("ada"), "hospital", training, holdout, **source)
    confirm_source(office.by("stefan"), "hospital")
    policy = folder / "policy-1.0.0.yaml"
    policy.write_text(POLICY % {"version": "1.0.0", "limit": "3.0"})
    publish_policy(office.by("carla"), policy)
    real_table(3).to_csv(folder / "synthetic.csv", index=False)
    (folder / "card.yaml").write_text(CARD % {"epsilon": "2.0"})
    office.home.engine.dispose()
    assert clock.now < datetime.now(UTC) - timedelta(minutes=3)
    assert settings.origin
    return Prepared(folder, office.people, settings.origin)


@contextmanager
def serving(prepared: Prepared, folder: Path) -> Iterator[Served]:
    """A server of its own over a copy; it is ended when the test is."""
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
    url, clock = f"sqlite:///{folder / 'registry.db'}", Now()
    written = {"url": url, "key": key_of(folder), "origin": prepared.origin}
    (folder / "registry.toml").write_text(SETTINGS.format(**written))
    settings = Settings(folder, url, "signed-in", None)
    settings = replace(settings, log_key=key_of(folder), origin=prepared.origin)
    home = Context(settings, open_engine(url), clock, None)
    people = {name: replace(one, clock=clock) for name, one in prepared.people.items()}
    port = free_port()
    command = [REGISTRY, "-C", str(folder), "serve", "--port", str(port)]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ))
    try:
        _wait(f"http://127.0.0.1:{port}/login", process, folder / "serve.log")
        yield Served(f"http://127.0.0.1:{port}", Office(home, clock, people), folder)
    finally:
        process.terminate()
        process.wait(30)
        home.engine.dispose()


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(url) as answer:  # our own server
                assert re.search("Sign in", answer.read().decode())
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer: {log.read_text()}")

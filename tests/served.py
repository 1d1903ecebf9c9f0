"""A desk at a real address, for real browsers to visit; people enrolled, a policy in effect.

`serving` runs it in this process, on a clock to set. For one in a process of its own, which can
be stopped and started, see `running`.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from typing import Any

import uvicorn
from clocks import SettableClock
from conftest import real_table
from fastapi import FastAPI
from people import Office, Person, begin
from registries import key_of, with_log_key
from world import CARD, POLICY

from registry.records import Role
from registry.settings import Settings
from registry.store.database import open_engine
from registry.web.application import application, served
from registry.workflow.add_source import add_source
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.publish_policy import publish_policy

TEAM = {
    "carla": (Role.COMPLIANCE_OFFICER,),
    "ada": (Role.ENGINEER,),
    "eva": (Role.ENGINEER, Role.STEWARD),
    "stefan": (Role.STEWARD,),
    "paula": (Role.PRIVACY_OFFICER,),
}


@dataclass(frozen=True)
class Prepared:
    """A folder to copy, what its people know, and the time at which all this was done."""

    folder: Path
    people: dict[str, Person]
    origin: str
    now: datetime

    def copied(self, folder: Path, clock: SettableClock) -> Office:
        """The office in a copy of its own, and on another clock."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        settings = Settings(folder, f"sqlite:///{folder / 'registry.db'}", "signed-in", None)
        settings = replace(settings, log_key=key_of(folder), origin=self.origin)
        home = Context(settings, open_engine(settings.database_url), clock, None)
        people = {name: replace(one, clock=clock) for name, one in self.people.items()}
        return Office(home, clock, people)


@dataclass
class Served:
    """A desk where people sign in: its address, its people, and the registry behind it."""

    url: str
    office: Office

    @property
    def folder(self) -> Path:
        """Where the registry lies, and the files that people bring."""
        return self.office.home.settings.folder

    def code(self, name: str) -> str:
        """A one-time code that was not used yet."""
        return self.office.people[name].code()

    def sign_in(self, page: Any, name: str) -> None:
        """Fill in the page to sign in, wherever it came up."""
        page.fill("#name", name)
        page.fill("#password", self.office.people[name].given_password)
        page.fill("#code", self.code(name))
        page.press("#code", "Enter")

    def fill_secrets(self, form: Any, name: str) -> None:
        """Type what a signature asks for."""
        form.locator("[name=passphrase]").fill(self.office.people[name].given_passphrase)
        if form.locator("[name=code]").count():
            form.locator("[name=code]").fill(self.code(name))

    def publish(self, version: str, limit: str) -> None:
        """Put a version of the house rules into effect, as carla."""
        path = self.folder / f"policy-{version}.yaml"
        path.write_text(POLICY % {"version": version, "limit": limit})
        publish_policy(self.office.by("carla"), path)


@dataclass
class Local:
    """A desk in local mode, where a name is claimed."""

    url: str
    app: FastAPI
    folder: Path
    _links: int = field(default=0)

    def sign_in(self, page: Any, name: str) -> None:
        """Come in by a link of one's own, and claim a name."""
        self._links += 1
        sittings = self.app.state.desk.sittings
        sittings.code = f"link-{self._links}"
        page.goto(f"{self.url}/enter/{sittings.code}")
        page.locator("#name").select_option(name)
        page.click("main button")

    def fill_secrets(self, form: Any, name: str) -> None:
        """There is nothing to type."""
        assert form.locator("[name=passphrase]").count() == 0, name


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
    return Prepared(folder, office.people, settings.origin, clock.now)


@contextmanager
def serving(prepared: Prepared, folder: Path) -> Iterator[Served]:
    """A desk over a copy, in this process."""
    clock = SettableClock(prepared.now)
    office = prepared.copied(folder, clock)
    try:
        with at_an_address(application(served(office.home.settings), clock)) as url:
            yield Served(url, office)
    finally:
        office.home.engine.dispose()


@contextmanager
def at_an_address(app: FastAPI) -> Iterator[str]:
    """The application behind a port of this machine; nothing runs behind it but answers."""
    with create_server(("127.0.0.1", 0)) as place:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{place.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
            app.state.desk.home.engine.dispose()

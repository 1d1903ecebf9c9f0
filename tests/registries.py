"""Registries to begin a test with: each history is lived through once, and copied from then on.

Copying takes hundredths of a second where living through it takes a whole one, for hundreds of
tests; every test still has a registry that nobody else changes.
"""

import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from clocks import SettableClock
from databases import Databases

from registry.settings import FILE_NAME, Settings
from registry.workflow.auditing.log_key import make_key, new_origin, write_public
from registry.workflow.context import Context

T = TypeVar("T")
History = Callable[[Context], T]
"""Lives through something on an empty registry; what it returns must not refer to the registry."""


class After(Protocol):
    """Brings the registry of a test to where a history leads; returns what is known then."""

    def __call__(self, history: History[T]) -> T: ...


@dataclass(frozen=True)
class Moment:
    """A registry as it was once: its folder, its database, its time, and what is known of it."""

    folder: Path
    database: str
    now: datetime
    known: object


@dataclass
class Registries:
    """What was kept on one kind of database, under ``shelf``."""

    databases: Databases
    shelf: Path
    _origin: str = ""
    _begun: bool = False
    _moments: dict[object, Moment] = field(default_factory=dict)

    def empty(self, folder: Path, clock: SettableClock) -> Context:
        """An empty registry in local mode in ``folder``, on the database in use, which is empty.

        Nobody acts; its log has a key.
        """
        self._begun = False
        if not self._origin:
            self._origin = self._begin()
        shutil.copytree(self.shelf / "empty", folder, dirs_exist_ok=True)
        settings = Settings(folder, self.databases.url, "local", None)
        settings = replace(settings, log_key=key_of(folder), origin=self._origin)
        return Context(settings, self.databases.engine, clock, None)

    def _begin(self) -> str:
        folder = self.shelf / "empty"
        folder.mkdir()
        (folder / FILE_NAME).write_text('mode = "local"\n')
        settings = with_log_key(Settings(folder, self.databases.url, "local", None))
        assert settings.origin
        return settings.origin

    def after(self, home: Context, history: History[T]) -> T:
        """Bring ``home``, which is empty, to where ``history`` leads; returns what that returns."""
        assert isinstance(home.clock, SettableClock)
        assert not self._begun, "one test begins after one history; let one go on from the other"
        self._begun = True
        folder = home.settings.folder
        if history not in self._moments:
            self._moments[history] = self._kept(home, home.clock, history(home))
        else:
            moment = self._moments[history]
            self.databases.take(moment.database)
            shutil.copytree(moment.folder, folder, dirs_exist_ok=True)
            home.clock.now = moment.now
        known: T = deepcopy(self._moments[history].known)  # type: ignore[assignment]
        return known

    def _kept(self, home: Context, clock: SettableClock, known: object) -> Moment:
        name = f"kept_{len(self._moments)}"
        self.databases.keep(name)
        shutil.copytree(home.settings.folder, self.shelf / name)
        return Moment(self.shelf / name, name, clock.now, known)


def key_of(folder: Path) -> Path:
    """Where a registry of the tests in ``folder`` has the key of its log."""
    return folder / "keys" / "log.key"


def with_log_key(settings: Settings) -> Settings:
    """The settings of a registry whose log has a key; it is made here."""
    place = key_of(settings.folder)
    signer = make_key(place, new_origin(settings.folder))
    write_public(settings.folder, signer.verifier)
    return replace(settings, log_key=place, origin=signer.name)

"""The databases of the tests, each kind under one address: copies of kept ones, made in no time.

One address, so that one engine serves all tests: a new one would compile every statement anew.
In memory, since nothing here outlives the machine; crashes are tested on databases of their own.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine

from registry.store.database import open_engine

ROOM = 2 << 30  # bytes: the databases of one worker keep about 150 MB
IN_USE = "registry"


def memory() -> str | None:
    """A folder in memory, where there is one with room; else None, for the usual place."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


def temporary(prefix: str) -> Path:
    """A new folder, in memory if possible; the caller takes it away."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory()))


class Databases(Protocol):
    """One kind of database: the one in use, and kept ones by name, of which one is `empty`."""

    engine: Engine
    """Of the database in use."""

    @property
    def url(self) -> str:
        """The address of the database in use."""

    def keep(self, name: str) -> None:
        """Keep what the database in use holds now, as ``name``."""

    def take(self, name: str) -> None:
        """The database in use is a copy of ``name`` from here on."""


@dataclass
class Files:
    """SQLite: a database is a file in ``folder``."""

    folder: Path
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url, create=True)

    @property
    def url(self) -> str:
        return f"sqlite:///{self._file(IN_USE)}"

    def keep(self, name: str) -> None:
        self.engine.dispose()
        shutil.copyfile(self._file(IN_USE), self._file(name))

    def take(self, name: str) -> None:
        self.engine.dispose()
        for old in self.folder.glob(f"{IN_USE}.db*"):
            old.unlink()
        shutil.copyfile(self._file(name), self._file(IN_USE))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.db"


@dataclass
class Served:
    """PostgreSQL: a database of the server at ``address``."""

    address: str
    engine: Engine = field(init=False)
    _control: psycopg.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url)
        self._control = psycopg.connect(self.address, autocommit=True)

    @property
    def url(self) -> str:
        return renamed(self.address, IN_USE)

    def keep(self, name: str) -> None:
        self.engine.dispose()
        self._copy(IN_USE, name)

    def take(self, name: str) -> None:
        self.engine.dispose()
        self._control.execute(f"DROP DATABASE IF EXISTS {IN_USE} WITH (FORCE)")
        self._copy(name, IN_USE)

    def close(self) -> None:
        """Let go of the server."""
        self.engine.dispose()
        self._control.close()

    def _copy(self, name: str, into: str) -> None:
        # In memory, copying files takes half the time of writing them to the journal.
        self._control.execute(f"CREATE DATABASE {into} TEMPLATE {name} STRATEGY FILE_COPY")


def files_of(engine: Engine) -> list[Path]:
    """The files of a database, its journal among them; none where a server has them."""
    if engine.dialect.name != "sqlite":
        return []
    path = Path(str(engine.url.database))
    return sorted(path.parent.glob(f"{path.name}*"))


def renamed(address: str, name: str) -> str:
    """The address of the database ``name`` of the server at ``address``."""
    return address.replace("/postgres?", f"/{name}?")


def run_on(address: str, statement: str) -> None:
    """Execute one statement on a server or a database."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)

"""The command line as a person meets it: one call a command, with everything it left behind."""

import contextlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from unittest import mock

from clocks import START
from registries import with_log_key
from world import build

from registry.cli.main import main
from registry.settings import FILE_NAME, Settings
from registry.workflow.auditing.begin_log import log_lines
from registry.workflow.context import open_context

REGISTRY = Path(sys.executable).with_name("registry")
SCREEN_LINES, SCREEN_CHARACTERS = 24, 1_600


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed where."""

    code: int
    out: str
    err: str


def run(*arguments: str, **environment: str) -> Ran:
    """Run ``registry`` in this process, from its entry point, with no variables but these."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["registry", *arguments]),
        mock.patch.dict(os.environ, _clean(environment), clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code or 0
    assert isinstance(code, int)
    return Ran(code, out.getvalue(), err.getvalue())


def spawn(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed ``registry`` in a process of its own."""
    return subprocess.run(
        [REGISTRY, *arguments],
        env=_clean(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def _clean(environment: dict[str, str]) -> dict[str, str]:
    kept = {key: text for key, text in os.environ.items() if not key.startswith("REGISTRY_")}
    return {**kept, **environment}


@dataclass(frozen=True)
class Desk:
    """A registry with people, a source, a policy and ``claims@1``, and commands to run on it."""

    folder: Path

    @classmethod
    def copied(cls, built: Path, folder: Path) -> Self:
        """A copy of a built registry; ``claims@1`` itself stays in the store it was put in."""
        shutil.copytree(built, folder)
        return cls(folder)

    def run(self, *arguments: str, by: str | None = None, **environment: str) -> Ran:
        """Run a command on this registry, in the name of ``by``."""
        if by:
            environment["REGISTRY_AS"] = by
        return run("-C", str(self.folder), *arguments, **environment)

    def path(self, name: str) -> str:
        """The path of a file in this registry's folder."""
        return str(self.folder / name)

    def write(self, name: str, content: str | bytes) -> str:
        """Write a file beside the registry; returns its path."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def recorded(self) -> dict[str, object]:
        """Row counts of all tables (of events, those that are no refusals), and stored files."""
        with contextlib.closing(sqlite3.connect(self.folder / "registry.db")) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            found: dict[str, object] = {
                name: _count(connection, f'SELECT COUNT(*) FROM "{name}"')
                for (name,) in tables.fetchall()
                if name not in ("event", "log_node")
            }
            found["event"] = _count(
                connection,
                "SELECT COUNT(*) FROM event "
                "WHERE json_extract(CAST(body AS TEXT), '$.fact') <> 'attempt.refused'",
            )
        for folder in ("objects", "reports"):
            files = (self.folder / folder).rglob("*")
            found[folder] = sorted(str(path) for path in files if path.is_file())
        return found


def _count(connection: sqlite3.Connection, query: str) -> int:
    (count,) = connection.execute(query).fetchone()
    return int(count)


def build_registry(folder: Path, migrated: Path) -> Path:
    """Build `world.build` in ``folder``, on a copy of the empty, migrated SQLite file."""
    shutil.copyfile(migrated, folder / "registry.db")
    url = f"sqlite:///{folder / 'registry.db'}"
    settings = with_log_key(Settings(folder, url, "local", None))
    (folder / FILE_NAME).write_text('mode = "local"\n' + log_lines(settings))
    home = open_context(settings, lambda: START)
    build(home, folder)
    home.engine.dispose()
    return folder

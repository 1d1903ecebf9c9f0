"""The database that a backup is restored into: empty, at the newest revision, and never half-full.

A SQLite file that is not there yet is made under another name and renamed once it is whole.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from registry.errors import Conflict, InvalidInput
from registry.store import database, migrations
from registry.store.loading import require_empty
from registry.store.package import flush_folder

_PREFIX = "sqlite:///"


@contextmanager
def target(url: str) -> Iterator[Engine]:
    """The database at ``url`` to restore into. Raises `Conflict` if anything is recorded there."""
    path = Path(url.removeprefix(_PREFIX))
    if not url.startswith(_PREFIX) or path.exists():
        with _prepared(url, create=False) as engine:
            yield engine
        return
    with _draft(path) as draft:
        with _prepared(f"{_PREFIX}{draft}", create=True) as engine:
            yield engine
        _put(draft, path)


@contextmanager
def _prepared(url: str, *, create: bool) -> Iterator[Engine]:
    engine = database.open_engine(url, create=create)
    try:
        with database.reading(engine) as session:
            require_empty(session.connection())
        if migrations.current(engine) is None:
            migrations.upgrade(engine)
        migrations.require_head(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InvalidInput(
            f"the database cannot be made: {error.strerror}",
            where=str(path),
            expected="a file in a folder that is there and can be written",
        ) from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)


def _put(draft: Path, path: Path) -> None:
    """Give the whole file its name, unless somebody else took that meanwhile."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise Conflict(
            "a database appeared while the backup was restored",
            where=str(path),
            todo="look at it; nothing was written over",
        ) from error
    flush_folder(path.parent)

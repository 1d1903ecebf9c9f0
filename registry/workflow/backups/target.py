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
_JOURNALS = ("-wal", "-shm", "-journal")


@contextmanager
def target(url: str) -> Iterator[Engine]:
    """The database at ``url`` to restore into. Raises `Conflict` if anything is recorded there."""
    path = Path(url.removeprefix(_PREFIX))
    if not url.startswith(_PREFIX) or path.exists():
        with _prepared(url, create=False) as engine:
            yield engine
        return
    _require_no_remains(path)
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


def _require_no_remains(path: Path) -> None:
    """Raise `Conflict` for a journal alone: SQLite would play it into the new database."""
    for suffix in _JOURNALS:
        if (left := path.with_name(path.name + suffix)).exists():
            raise Conflict(
                "a journal of the database that was here is left",
                where=str(left),
                expected="no file of an earlier database",
                todo="move it away together with the old database; nothing was restored",
            )


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
        for suffix in ("", *_JOURNALS):
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

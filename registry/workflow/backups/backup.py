"""Writes a backup: every table at one moment, and on demand the stored files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table

from registry.errors import IntegrityFailure, Unavailable
from registry.records import Storage
from registry.store.objects import file_digest
from registry.store.package import BLOCK, Packer, packing
from registry.store.rows import line, tables
from registry.store.snapshot import Snapshot, snapshot
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.backups.kept import origin
from registry.workflow.backups.manifest import KIND, LogTally, entry_of
from registry.workflow.context import Context
from registry.workflow.permissions import require

Report = Callable[[str, int, int], None]
_STRIDE = 1000


@dataclass(frozen=True)
class BackedUp:
    """A backup that was written: its rows, the log in it, and its stored files."""

    path: Path
    rows: int
    events: int
    head: str
    objects: int | None


def silent(_what: str, _done: int, _total: int) -> None:
    """Report to nobody."""


def backup(
    context: Context, path: Path, *, objects: bool = False, report: Report = silent
) -> BackedUp:
    """Write all tables as they are at one moment to ``path``, while others go on writing.

    The event of it is recorded afterwards, so that a backup does not hold its own.
    """
    with refusals_logged(context, "backup"):
        require(context, "backup")
    path = path.absolute()
    with packing(path, KIND) as packer, snapshot(context.engine, path.parent) as taken:
        written = _Writing(context, packer, taken, report)
        done = written.all(path, objects)
    with attempt(context, "backup") as work:
        details = {"events": done.events, "head": done.head, "objects": objects}
        work.record("backup", "database.backed-up", details=details)
    return done


class _Writing:
    """One backup while it is written."""

    def __init__(self, context: Context, packer: Packer, taken: Snapshot, report: Report) -> None:
        self._context, self._packer, self._taken, self._report = context, packer, taken, report
        self._log = LogTally()
        self._stored: dict[str, str] = {}
        self._done = 0
        self._counts = {table.name: taken.count(table) for table in tables()}

    def all(self, path: Path, objects: bool) -> BackedUp:
        for table in tables():
            self._packer.add(entry_of(table), self._lines(table))
        for name, digest in sorted(self._stored.items()) if objects else ():
            self._packer.add(f"objects/{name}", self._object(name, digest), squeezed=False)
        figures = self._log.figures()
        self._packer.finish(
            {
                "kind": KIND,
                "revision": self._taken.revision(),
                "database": self._context.engine.dialect.name,
                "origin": origin(self._context.settings),
                "created": self._context.now(),
                "log": figures.model_dump(),
                "tables": {table.name: self._figures(table) for table in tables()},
                "objects": self._stored if objects else None,
            }
        )
        held = len(self._stored) if objects else None
        return BackedUp(path, self._done, figures.size, figures.head, held)

    def _figures(self, table: Table) -> dict[str, object]:
        columns = [column.name for column in table.columns]
        return {"rows": self._counts[table.name], "columns": columns}

    def _lines(self, table: Table) -> Iterator[bytes]:
        return _joined(line(values) for values in self._rows(table))

    def _rows(self, table: Table) -> Iterator[list[object]]:
        names = [column.name for column in table.columns]
        total = sum(self._counts.values())
        for values in self._taken.rows(table):
            self._note(table.name, dict(zip(names, values, strict=True)))
            self._done += 1
            if self._done % _STRIDE == 0:
                self._report(table.name, self._done, total)
            yield values
        self._report(table.name, self._done, total)

    def _note(self, table: str, row: dict[str, object]) -> None:
        if table == "event":
            self._log.add(str(row["digest"]))
        elif table == "dataset_version" and row["storage"] == Storage.STORED:
            self._stored[str(row["path"])] = str(row["file_digest"])

    def _object(self, name: str, digest: str) -> Iterator[bytes]:
        path = self._context.objects / name
        found = file_digest(path)
        if found != digest:
            raise IntegrityFailure(
                "a stored file is not the one that was registered",
                where=str(path),
                expected=f"{digest}, found {found}",
                todo="no backup was written; find out who changed it",
            )
        self._report(name, self._done, self._done)
        return _blocks(path)


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines in blocks: a ZIP takes a few large pieces faster than many small ones."""
    waiting: list[bytes] = []
    size = 0
    for one in lines:
        waiting.append(one)
        size += len(one)
        if size >= BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except OSError as error:
        raise Unavailable(
            f"a stored file cannot be read: {error.strerror}",
            where=str(path),
            expected="the file as it was registered",
            todo="bring it back, or leave out --with-objects",
        ) from error

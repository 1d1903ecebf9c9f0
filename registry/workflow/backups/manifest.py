"""What a backup says of itself."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Table

from registry.errors import Undecided
from registry.log.chain import GENESIS
from registry.log.growth import Frontier
from registry.store.migrations import HEAD
from registry.store.unpacking import Package, altered

KIND: Final = "registry-backup/1"


class LogFigures(BaseModel):
    """How long a log is, the digest of its last event and the root over all (hex)."""

    model_config = ConfigDict(extra="forbid", strict=True)

    size: int
    head: str
    root: str


class TableFigures(BaseModel):
    """How many rows a table has, and its columns in the order of the values."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rows: int
    columns: list[str]


class Manifest(BaseModel):
    """``objects`` maps stored files to their digests; None where they were left out."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str
    revision: str
    database: str
    origin: str | None
    created: str
    log: LogFigures
    tables: dict[str, TableFigures]
    objects: dict[str, str] | None
    files: Mapping[str, Any]


class LogTally:
    """Counts and hashes the rows of the log as they pass."""

    def __init__(self) -> None:
        self._frontier, self._head = Frontier(), GENESIS

    def add(self, digest: str) -> None:
        """Take the digest of the next event."""
        self._frontier.add(bytes.fromhex(digest))
        self._head = digest

    def figures(self) -> LogFigures:
        """What was taken so far."""
        root = self._frontier.root().hex()
        return LogFigures(size=self._frontier.size, head=self._head, root=root)


def entry_of(table: Table) -> str:
    """Where a table lies in the package."""
    return f"tables/{table.name}.ndjson"


def manifest_of(package: Package, tables: list[Table]) -> Manifest:
    """The manifest of a backup, whose tables are those of this registry.

    Raises `Undecided` for a backup of another revision, `IntegrityFailure` for nonsense.
    """
    try:
        found = Manifest.model_validate(package.manifest)
    except ValidationError as error:
        raise altered(package.path, "its manifest is not one of a backup") from error
    if found.revision != HEAD:
        raise _other_revision(package, found.revision)
    expected = {table.name: [column.name for column in table.columns] for table in tables}
    entries = {entry_of(table) for table in tables} | {
        f"objects/{name}" for name in found.objects or ()
    }
    if {name: one.columns for name, one in found.tables.items()} != expected:
        raise altered(package.path, "its tables are not those of its revision")
    if entries != set(package.entries):
        raise altered(package.path, "it holds other files than tables and stored objects")
    return found


def _other_revision(package: Package, revision: str) -> Undecided:
    return Undecided(
        f"the backup is of revision {revision}, and this registry restores {HEAD}",
        where=str(package.path),
        expected=f"a backup of revision {HEAD}",
        todo="restore it with the release of the registry that wrote it, then run "
        "`registry db upgrade` with this one",
    )

"""Makes a registry out of a backup: all of it, verified, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Table
from sqlmodel import Session

from registry.clock import Clock, system_clock
from registry.errors import NotPermitted
from registry.records import Role
from registry.settings import Settings
from registry.store.database import writing
from registry.store.loading import load, require_empty
from registry.store.rows import row, tables
from registry.store.unpacking import Package, altered, unpacking
from registry.workflow.backups.backup import Report, silent
from registry.workflow.backups.kept import behind
from registry.workflow.backups.manifest import KIND, LogTally, Manifest, entry_of, manifest_of
from registry.workflow.backups.stored import missing_objects, restore_objects
from registry.workflow.backups.target import target
from registry.workflow.context import Context, Identity, Work
from registry.workflow.identify import claimed_in
from registry.workflow.verify import require_intact

_STRIDE = 1000


@dataclass(frozen=True)
class Restored:
    """What was restored. ``missing`` names stored files that are neither here nor in the backup,
    ``warnings`` the checkpoints in the folder that the log does not reach.
    """

    rows: int
    events: int
    head: str
    created: str
    missing: list[str]
    warnings: list[str]


def restore(
    settings: Settings,
    path: Path,
    *,
    into: str | None = None,
    clock: Clock = system_clock,
    report: Report = silent,
) -> Restored:
    """Fill the empty database of ``settings`` (or ``into``) from the backup at ``path``.

    In local mode an admin of the restored registry must be named. Everything happens in one
    transaction, through the triggers of the log, and is verified before it is committed.
    """
    url = into or settings.database_url
    with unpacking(path, KIND, "backup") as package:
        manifest = manifest_of(package, tables())
        with target(url) as engine:
            context = Context(replace(settings, database_url=url), engine, clock, None)
            restore_objects(context, package, manifest)
            rows, warnings = _filled(context, package, manifest, report)
            missing = missing_objects(context)
    log = manifest.log
    return Restored(rows, log.size, log.head, manifest.created, missing, warnings)


def _filled(
    context: Context, package: Package, manifest: Manifest, report: Report
) -> tuple[int, list[str]]:
    reading = _Reading(package, manifest, report)
    with writing(context.engine, log=False) as session:
        require_empty(session.connection())
        for table in tables():
            count = load(session.connection(), table, reading.rows(table))
            if count != manifest.tables[table.name].rows:
                raise altered(package.path, f"{table.name} has {count} rows")
        if reading.log.figures() != manifest.log:
            raise altered(package.path, "its log is not the one that its manifest names")
        require_intact(context, session)
        warnings = behind(context.settings, session)
        _record(context, session, manifest)
    return reading.done, warnings


def _record(context: Context, session: Session, manifest: Manifest) -> None:
    acting = replace(context, identity=_admin(context.settings, session))
    details = {
        "head": manifest.log.head,
        "events": manifest.log.size,
        "created": manifest.created,
        "from": manifest.database,
    }
    Work(acting, session).record("restore", "database.restored", details=details)


def _admin(settings: Settings, session: Session) -> Identity | None:
    """Who restores. Where nobody can sign in yet, it is whoever holds the database."""
    if settings.mode != "local":
        return None
    if settings.claimed is None:
        raise NotPermitted(
            "`restore` needs a person, and nobody is named",
            expected="an admin of the registry in the backup",
            todo="name one with --as NAME; nothing was restored",
        )
    identity = claimed_in(session, settings.claimed)
    if Role.ADMIN not in identity.roles:
        raise NotPermitted(
            f"{identity.name} may not restore a backup",
            expected="the role admin",
            todo="ask an admin; nothing was restored",
        )
    return identity


class _Reading:
    """The rows of a backup as they are read."""

    def __init__(self, package: Package, manifest: Manifest, report: Report) -> None:
        self._package, self._report = package, report
        self._total = sum(one.rows for one in manifest.tables.values())
        self.log = LogTally()
        self.done = 0

    def rows(self, table: Table) -> Iterator[dict[str, object]]:
        """The rows of one table."""
        for line in self._package.lines(entry_of(table)):
            yield self._row(line, table)
            self.done += 1
            if self.done % _STRIDE == 0:
                self._report(table.name, self.done, self._total)
        self._report(table.name, self.done, self._total)

    def _row(self, line: bytes, table: Table) -> dict[str, object]:
        try:
            found = row(line, table)
            if table.name == "event":
                self.log.add(str(found["digest"]))
        except (ValueError, TypeError, RecursionError) as error:
            raise altered(self._package.path, f"{table.name}: {error}") from error
        return found

"""The real tables of a job: in the one folder that the server may read, or uploaded for it.

They are real data: what was uploaded is deleted when its job ends, however it ends.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlmodel import Session, col, select

from registry.errors import InvalidInput
from registry.records import OPEN_JOBS, Job
from registry.settings import Settings
from registry.store.database import reading
from registry.workflow.ahead import require_ahead
from registry.workflow.context import Context

SUFFIXES: Final = (".csv", ".csv.gz", ".parquet")
ABANDONED: Final = 3600.0
"""Seconds after which an upload that no job came of is taken away."""


@dataclass(frozen=True)
class RealTables:
    """The committed training table and holdout of a source; ``uploaded`` for one job, or kept."""

    training: Path
    holdout: Path
    uploaded: bool


def on_server(settings: Settings, training: str, holdout: str) -> RealTables:
    """Files by their paths within the folder ``real_tables``; raises `InvalidInput` for others."""
    return RealTables(
        _within(settings, training, "training"), _within(settings, holdout, "holdout"), False
    )


def listed(settings: Settings) -> list[str]:
    """The tables in that folder, as `on_server` takes them; none where there is no folder."""
    folder = settings.real_tables
    if folder is None or not folder.is_dir():
        return []
    files = (path for path in folder.rglob("*") if path.is_file() and suffix_of(path.name))
    return sorted(path.relative_to(folder).as_posix() for path in files)


def offered(context: Context) -> list[str]:
    """The same, to whoever may have them evaluated; a denied look is logged."""
    require_ahead(context, "evaluate")
    return listed(context.settings)


def suffix_of(name: str) -> str:
    """The suffix of a table's file name; "" for what is none."""
    return next((one for one in SUFFIXES if name.lower().endswith(one)), "")


def uploads(settings: Settings) -> Path:
    """The folder of uploads, which nobody else may read."""
    folder = settings.folder / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def new_place(settings: Settings, name: str, field: str) -> Path:
    """Where an upload called ``name`` goes; raises `InvalidInput` for what is no table."""
    suffix = suffix_of(name)
    if not suffix:
        raise InvalidInput(
            f"{name or 'no file'!r} is no table", where=field, expected=" or ".join(SUFFIXES)
        )
    return uploads(settings) / f"{uuid4().hex}{suffix}"


def let_go(job: Job) -> None:
    """Delete what was uploaded for a job."""
    if job.uploaded:
        for path in (job.training, job.holdout):
            Path(path).unlink(missing_ok=True)


def forget_unless_asked(context: Context, tables: RealTables) -> None:
    """Delete uploads of which no job came, because the job was asked for before."""
    if tables.uploaded:
        with reading(context.engine) as session:
            kept = _in_use(session)
        for path in (tables.training, tables.holdout):
            if str(path) not in kept:
                path.unlink(missing_ok=True)


def sweep(context: Context) -> None:
    """Delete uploads that no open job is of: their server died before it could."""
    with reading(context.engine) as session:
        kept = _in_use(session)
    for path in uploads(context.settings).iterdir():
        if str(path) not in kept and time.time() - path.stat().st_mtime > ABANDONED:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _in_use(session: Session) -> set[str]:
    rows = session.exec(select(Job).where(col(Job.state).in_(OPEN_JOBS)))
    return {path for one in rows for path in (one.training, one.holdout)}


def _within(settings: Settings, given: str, field: str) -> Path:
    folder = settings.real_tables
    if folder is None:
        raise InvalidInput(
            "this server has no folder of real tables",
            where=field,
            expected="real_tables in registry.toml",
            todo="ask whoever runs the server, or upload the tables for this job",
        )
    inside = folder.resolve()
    # Resolved, so that neither ".." nor a link leads out of the folder.
    path = (inside / given).resolve()
    if not given or not path.is_relative_to(inside) or not path.is_file():
        raise InvalidInput(
            f"there is no table {given!r} in the folder of real tables",
            where=field,
            expected="one of those listed",
        )
    return path

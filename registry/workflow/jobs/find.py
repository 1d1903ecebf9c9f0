"""Finds jobs by the names people type, and shows them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.records import OPEN_JOBS, Account, Dataset, DatasetVersion, Job
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, part
from registry.workflow.context import Context
from registry.workflow.find import row_id, version_labelled
from registry.workflow.permissions import require_scope

MOST = 50
_JOB = re.compile(r"J-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """A job as it is shown; ``done`` of ``total`` metrics are measured, 0 of 0 before it began."""

    job: str
    version: str
    state: str
    step: str
    done: int
    total: int
    starts: int
    uploaded: bool
    asked_by: str
    asked_at: str
    ended_at: str
    said: str

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN_JOBS


def job_label(job: Job) -> str:
    """``J-3``."""
    return f"J-{job.id}"


def job_labelled(session: Session, label: str) -> Job:
    """The job ``J-3``; raises `NotFound`."""
    match = _JOB.fullmatch(label)
    found = session.get(Job, int(match["id"])) if match else None
    if found is None:
        raise NotFound(
            f"there is no job {label!r}", expected="J-1, ...", todo="see the list of jobs"
        )
    return found


def version_label(session: Session, job: Job) -> str:
    """The version that a job measures, ``NAME@V``."""
    version = session.get_one(DatasetVersion, job.version_id)
    return f"{session.get_one(Dataset, version.dataset_id).name}@{version.number}"


def job(context: Context, label: str) -> Shown:
    """One job."""
    require_scope(context, "report")
    with reading(context.engine) as session:
        return shown(session, job_labelled(session, label))


def jobs(
    context: Context, label: str | None = None, limit: int = MOST, offset: int = 0
) -> list[Shown]:
    """The newest jobs, of the version NAME@V or of all."""
    require_scope(context, "report")
    query = select(Job).order_by(col(Job.id).desc()).limit(limit).offset(offset)
    with reading(context.engine) as session:
        if label is not None:
            query = query.where(Job.version_id == row_id(version_labelled(session, label).version))
        return [shown(session, one) for one in session.exec(query).all()]


def jobs_part(context: Context, place: Place = FIRST) -> Part:
    """A part of the jobs, the newest first."""
    require_scope(context, "report")
    query = (
        select(Job, col(Dataset.name), col(DatasetVersion.number), col(Account.name))
        .join(DatasetVersion, col(DatasetVersion.id) == col(Job.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .join(Account, col(Account.id) == col(Job.asked_by))
    )

    def show(rows: Sequence[Any]) -> list[Numbered]:
        return [
            (row_id(one), _shown(one, f"{name}@{number}", by)) for one, name, number, by, _ in rows
        ]

    with reading(context.engine) as session:
        return part(session, query, Order((col(Job.id),), down=True), place, show)


def shown(session: Session, one: Job) -> Shown:
    """A stored job as it is shown."""
    return _shown(one, version_label(session, one), session.get_one(Account, one.asked_by).name)


def _shown(one: Job, version: str, asked_by: str) -> Shown:
    return Shown(
        job=job_label(one),
        version=version,
        state=one.state,
        step=one.step,
        done=one.done,
        total=one.total,
        starts=one.starts,
        uploaded=one.uploaded,
        asked_by=asked_by,
        asked_at=one.asked_at,
        ended_at=one.ended_at or "",
        said=one.said or "",
    )

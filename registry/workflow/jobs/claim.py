"""Claims a job: one at a time in a registry, since each uses all that a server can spare."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select, update

from registry.clock import stamp
from registry.records import Account, Job, JobState, Role
from registry.store.database import reading, writing
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.jobs.find import job_label, version_label
from registry.workflow.jobs.real_tables import let_go
from registry.workflow.people.lookup import roles_of, vouched

LEASE: Final = timedelta(seconds=30)
STARTS: Final = 3
"""Whatever kills its process so often would kill it again."""
DIED: Final = f"its process died {STARTS} times"


@dataclass(frozen=True)
class Claim:
    """A job that is ours while we renew it; ``secret`` tells us from who held it before."""

    job: int
    secret: str


def claim(context: Context) -> Claim | None:
    """The next job that waits, or whose process died; None where there is none, or one runs."""
    if not _worth_asking(context):
        return None
    with attempt(context, "evaluate") as work:
        if _running(work.session, context.now()):
            return None
        for row in _next(work.session):
            if row.starts < STARTS:
                return _started(work, row)
            # Told as by who asked for it, as every event of a job.
            told = Work(as_asker(context, work.session, row), work.session)
            end(told, row, JobState.FAILED, DIED)
            told.record(
                "evaluate",
                "job.failed",
                outcome="failed",
                dataset=version_label(work.session, row),
                details={"job": job_label(row), "error": "Died"},
            )
    return None


def renew(context: Context, held: Claim, step: str, done: int, total: int) -> bool:
    """Keep the claim for another while and tell how far it came; False where it is lost."""
    with writing(context.engine, log=False) as session:
        changed = session.exec(
            update(Job)
            .where(col(Job.id) == held.job, col(Job.claim) == held.secret)
            .where(col(Job.state) == JobState.RUNNING)
            .values(step=step, done=done, total=total, lease_until=_until(context))
        )
        return changed.rowcount == 1


def give_back(context: Context, held: Claim, *, unstarted: bool) -> None:
    """Let the job be claimed again at once; ``unstarted`` where it was stopped and did not die."""
    with writing(context.engine, log=False) as session:
        starts = col(Job.starts) - 1 if unstarted else col(Job.starts)
        session.exec(
            update(Job)
            .where(col(Job.id) == held.job, col(Job.claim) == held.secret)
            .where(col(Job.state) == JobState.RUNNING)
            .values(state=JobState.WAITING, claim=None, lease_until=None, starts=starts)
        )


def end(work: Work, row: Job, state: JobState, said: str) -> None:
    """Close a job, and delete what was uploaded for it."""
    row.state, row.said, row.ended_at = state, said, work.context.now()
    row.claim = row.lease_until = None
    work.session.add(row)
    let_go(row)


def as_asker(context: Context, session: Session, row: Job) -> Context:
    """The registry as who asked for a job, with the roles they hold today: none if they left."""
    account = session.get_one(Account, row.asked_by)
    key = row_id(account)
    held = roles_of(session, key)
    if context.settings.mode != "local" and not vouched(session, key):
        held &= {Role.SERVICE}
    if account.deactivated_at is not None:
        held = frozenset()
    identity = Identity(key, account.name, account.pseudonym, held, row.authentication)
    return replace(context, identity=identity)


def _worth_asking(context: Context) -> bool:
    """Looked at without the write lock, which others need more often than there is a job."""
    with reading(context.engine) as session:
        return not _running(session, context.now()) and bool(_next(session))


def _running(session: Session, now: str) -> bool:
    held = (col(Job.state) == JobState.RUNNING) & (col(Job.lease_until) >= now)
    return session.exec(select(Job.id).where(held).limit(1)).first() is not None


def _next(session: Session) -> list[Job]:
    open_ = col(Job.state).in_((JobState.RUNNING, JobState.WAITING))
    return list(session.exec(select(Job).where(open_).order_by(col(Job.id))))


def _started(work: Work, row: Job) -> Claim:
    secret = secrets.token_hex(16)
    row.state, row.claim, row.starts = JobState.RUNNING, secret, row.starts + 1
    row.lease_until = _until(work.context)
    work.session.add(row)
    Work(as_asker(work.context, work.session, row), work.session).record(
        "evaluate",
        "job.started",
        dataset=version_label(work.session, row),
        details={"job": job_label(row), "start": row.starts},
    )
    return Claim(row_id(row), secret)


def _until(context: Context) -> str:
    return stamp(context.clock() + LEASE)

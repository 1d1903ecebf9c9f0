"""Figures of the registry as a whole that a monitor reads; they name no person and no dataset."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from registry.clock import moment
from registry.records import Job, JobState, LoginSession
from registry.store.database import reading, writing
from registry.store.migrations import require_head
from registry.workflow.auditing.exposure import exposure
from registry.workflow.context import Context


@dataclass(frozen=True)
class Metered:
    """``unanchored`` counts events that nothing outside protects; ``anchored_at`` is in seconds of
    the epoch, None before the first anchor. ``jobs`` are counted by every state there is.
    """

    events: int
    unanchored: int
    anchored_at: float | None
    sessions: int
    jobs: dict[str, int]


def metered(context: Context) -> Metered:
    """The figures now."""
    with reading(context.engine) as session:
        found = exposure(session)
        open_now = (
            select(func.count())
            .select_from(LoginSession)
            .where(col(LoginSession.ended_at).is_(None))
            .where(col(LoginSession.expires_at) > context.now())
        )
        return Metered(
            found.size,
            found.since,
            moment(found.last.at).timestamp() if found.last else None,
            session.exec(open_now).one(),
            _jobs(session),
        )


def _jobs(session: Session) -> dict[str, int]:
    counted = select(Job.state, func.count()).group_by(col(Job.state))
    return dict.fromkeys(map(str, JobState), 0) | dict(session.exec(counted).all())


def require_ready(context: Context) -> None:
    """Raise the error that a command would meet: no database, another schema, no place to write.

    The write lock is taken and given back; where another writer holds it, writing works.
    """
    require_head(context.engine)
    with writing(context.engine, log=False) as session:
        session.connection().exec_driver_sql(
            "UPDATE alembic_version SET version_num = version_num WHERE 1 = 0"
        )

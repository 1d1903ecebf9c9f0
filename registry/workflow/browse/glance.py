"""How many versions there are in each state: counted off indexes, whatever their number."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from registry.clock import Clock
from registry.records import (
    OPEN_STATES,
    Dataset,
    DatasetVersion,
    Release,
    ReleaseState,
    Request,
    Source,
    SourceState,
    VersionState,
)
from registry.store.database import reading
from registry.workflow.browse.remembered import Remembered
from registry.workflow.context import Context
from registry.workflow.permissions import require_scope


@dataclass(frozen=True)
class Glance:
    """Versions by how far they came; what waits and what is in force beside it."""

    registered: int
    evaluated: int
    withdrawn: int
    open_requests: int
    in_force: int

    @property
    def versions(self) -> int:
        """All there are."""
        return self.registered + self.evaluated + self.withdrawn


_counts: Remembered[Glance] = Remembered()


def glance(context: Context) -> Glance:
    """The counts of today."""
    require_scope(context, "report")
    with reading(context.engine) as session:
        return _counts.read(context, session, lambda: _counted(context, session))


def _counted(context: Context, session: Session) -> Glance:
    stored, gone = _by_state(session), _by_state(session, withdrawn=True)
    left = {state: stored.get(state, 0) - gone.get(state, 0) for state in VersionState}
    return Glance(
        registered=left[VersionState.REGISTERED],
        evaluated=left[VersionState.EVALUATED],
        withdrawn=left[VersionState.WITHDRAWN] + sum(gone.values()),
        open_requests=_count(session, col(Request.state).in_(OPEN_STATES), Request),
        in_force=_count(session, in_force_on(today(context.clock)), Release),
    )


def today(clock: Clock) -> date:
    """The day by UTC, on which what ends today still holds."""
    return clock().date()


def in_force_on(day: date) -> ColumnElement[bool]:
    """Releases that permit something on a day."""
    stands = col(Release.state) == ReleaseState.IN_FORCE
    return stands & (col(Release.expires_on) >= day.isoformat())


def _by_state(session: Session, *, withdrawn: bool = False) -> dict[str, int]:
    """As it is stored; or of sources that were withdrawn alone, which are few."""
    query = select(DatasetVersion.state, func.count()).group_by(col(DatasetVersion.state))
    if withdrawn:
        of = select(Dataset.id).join(Source).where(Source.state == SourceState.WITHDRAWN)
        query = query.where(col(DatasetVersion.dataset_id).in_(of))
    return dict(session.exec(query).all())


def _count(
    session: Session, where: ColumnElement[bool], table: type[Request] | type[Release]
) -> int:
    return session.exec(select(func.count()).select_from(table).where(where)).one()

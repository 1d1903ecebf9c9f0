"""What ends soon: releases and waivers by day, and budgets of which little is left."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from registry.records import Dataset, DatasetVersion, Release, ReleaseState, Request, WaiverRecord
from registry.store.database import reading
from registry.workflow.browse.glance import today
from registry.workflow.browse.remembered import Remembered
from registry.workflow.context import Context
from registry.workflow.permissions import require_scope
from registry.workflow.reports.attention import FULL
from registry.workflow.reports.portfolio import budgets_used

DAYS: Final = 30
MOST: Final = 20


@dataclass(frozen=True)
class Ends:
    """A release to ``whom``, or a waiver that ``whom`` owns, and its last day (UTC)."""

    label: str
    version: str
    whom: str
    what: str
    on: str


@dataclass(frozen=True)
class Budgeted:
    """A budget that is nearly spent, closed or cannot be told; ``used`` in words."""

    label: str
    source: str
    audience: str
    epsilon: float
    used: float | None
    why: str


@dataclass(frozen=True)
class Ending:
    """At most `MOST` of each kind, those that end first at the top."""

    releases: tuple[Ends, ...]
    waivers: tuple[Ends, ...]
    budgets: tuple[Budgeted, ...]


def ending(context: Context) -> Ending:
    """What ends within thirty days, and every budget that is nearly spent."""
    require_scope(context, "report")
    day = today(context.clock)
    span = day.isoformat(), (day + timedelta(days=DAYS)).isoformat()
    with reading(context.engine) as session:
        return Ending(
            tuple(_releases(session, *span)),
            tuple(_waivers(session, *span)),
            tuple(_budgets.read(context, session, lambda: _added_up(context, session))),
        )


def _releases(session: Session, first: str, last: str) -> list[Ends]:
    rows = session.exec(
        select(Release, Dataset.name, DatasetVersion.number)
        .join(Request, col(Request.id) == col(Release.request_id))
        .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(Release.state == ReleaseState.IN_FORCE)
        .where(col(Release.expires_on).between(first, last))
        .order_by(col(Release.expires_on), col(Release.id))
        .limit(MOST)
    )
    return [
        Ends(f"REL-{one.id}", f"{name}@{number}", one.recipient, one.use, one.expires_on)
        for one, name, number in rows
    ]


def _waivers(session: Session, first: str, last: str) -> list[Ends]:
    rows = session.exec(
        select(WaiverRecord, Dataset.name, DatasetVersion.number)
        .join(DatasetVersion, col(DatasetVersion.id) == col(WaiverRecord.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(col(WaiverRecord.ended_at).is_(None))
        .where(col(WaiverRecord.until).between(first, last))
        .order_by(col(WaiverRecord.until), col(WaiverRecord.id))
        .limit(MOST)
    )
    return [
        Ends(f"W-{one.id}", f"{name}@{number}", one.owner, one.rule, one.until)
        for one, name, number in rows
    ]


_budgets: Remembered[list[Budgeted]] = Remembered()


def _added_up(context: Context, session: Session) -> list[Budgeted]:
    found = [
        Budgeted(one.label, one.source, one.audience, one.epsilon, one.used, one.why or one.state)
        for one in budgets_used(context, session)
        if one.used is None or one.used >= FULL or one.state != "in force"
    ]
    return sorted(found, key=lambda one: -1.0 if one.used is None else -one.used)[:MOST]

"""Gathers what the portfolio report says: a fixed number of queries, however many versions.

Only a source with a budget is looked at by itself, for its total has to be added up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from registry.policy.expiry import expired
from registry.records import (
    OPEN_STATES,
    Budget,
    Dataset,
    DatasetVersion,
    Event,
    Recall,
    Release,
    ReleaseState,
    Request,
    Source,
    SourceState,
    VersionState,
    WaiverRecord,
)
from registry.reports.document import Document
from registry.reports.portfolio.facts import BudgetUse, DatasetFacts, MonthFacts, PortfolioFacts
from registry.reports.portfolio.portfolio import portfolio as document_of
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.budgets.account import account_of, standing
from registry.workflow.budgets.in_force import by_audience, outside
from registry.workflow.budgets.terms import budget_label, require_unaltered
from registry.workflow.context import Context
from registry.workflow.permissions import require_scope
from registry.workflow.reports.attention import needs

MONTHS = 12


@dataclass(frozen=True)
class Held:
    """The rows that the report counts, each kind read at once; ``label`` of a version by its id."""

    now: datetime
    versions: tuple[Any, ...]
    releases: tuple[Any, ...]
    waivers: tuple[Any, ...]
    requests: tuple[Any, ...]
    recalls: tuple[Any, ...]
    labels: dict[int, str]
    dataset: dict[int, int]

    @property
    def in_force(self) -> list[Any]:
        """The releases that permit something today."""
        return [one for one in self.releases if self.stands(one)]

    def stands(self, release: Any) -> bool:
        """Whether a release permits something today."""
        if release.state != ReleaseState.IN_FORCE:
            return False
        return not expired(release.expires_on, self.now)


def portfolio(context: Context) -> Document:
    """The portfolio report."""
    with refusals_logged(context, "report"), reading(context.engine) as session:
        require_scope(context, "report")
        return document_of(portfolio_facts(context, session))


def portfolio_facts(context: Context, session: Session) -> PortfolioFacts:
    """Everything that the portfolio report says."""
    held = _held(context, session)
    budgets = tuple(budgets_used(context, session))
    return PortfolioFacts(
        datasets=tuple(_datasets(session, held)),
        budgets=budgets,
        months=tuple(_months(session, held)),
        needs=tuple(needs(session, held, budgets)),
        local_mode=context.settings.mode == "local",
        printed_at=context.now(),
    )


def _held(context: Context, session: Session) -> Held:
    versions = session.execute(
        select(
            col(DatasetVersion.id),
            col(DatasetVersion.number),
            col(DatasetVersion.state),
            col(DatasetVersion.registered_at),
            col(DatasetVersion.dataset_id),
            col(Dataset.name),
        )  # type: ignore[call-overload]  # select() has types for four columns
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .order_by(col(Dataset.name), col(DatasetVersion.number))
    ).all()
    return Held(
        now=context.clock(),
        versions=tuple(versions),
        releases=tuple(_releases(session)),
        waivers=tuple(_waivers(context, session)),
        requests=tuple(session.exec(select(Request).where(col(Request.state).in_(OPEN_STATES)))),
        recalls=tuple(_recalls(session)),
        labels={one.id: f"{one.name}@{one.number}" for one in versions},
        dataset={one.id: one.dataset_id for one in versions},
    )


def _releases(session: Session) -> Iterable[Any]:
    release = Release
    return session.execute(
        select(
            col(release.id),
            col(release.state),
            col(release.expires_on),
            col(release.released_at),
            col(release.revoked_at),
            col(release.superseded_at),
            col(release.recipient),
            col(Request.version_id),
        )  # type: ignore[call-overload]
        .join(Request, col(Request.id) == col(release.request_id))
        .order_by(col(release.id))
    ).all()


def _waivers(context: Context, session: Session) -> Iterator[WaiverRecord]:
    now = context.clock()
    for one in session.exec(select(WaiverRecord).where(col(WaiverRecord.ended_at).is_(None))):
        if not expired(one.until, now):
            yield one


def _recalls(session: Session) -> Iterable[Any]:
    return session.execute(
        select(col(Recall.issued_at), col(Release.id), col(Release.recipient), Request.version_id)
        .join(Release, col(Release.id) == col(Recall.release_id))
        .join(Request, col(Request.id) == col(Release.request_id))
        .where(col(Recall.acknowledged_at).is_(None))
        .order_by(col(Recall.id))
    ).all()


def _datasets(session: Session, held: Held) -> Iterator[DatasetFacts]:
    per = held.dataset
    in_force = Counter(per[one.version_id] for one in held.in_force)
    ends: dict[int, str] = {}
    for one in held.in_force:
        key = per[one.version_id]
        ends[key] = min(one.expires_on, ends.get(key, one.expires_on))
    waivers = Counter(per[one.version_id] for one in held.waivers)
    waiting = Counter(per[one.version_id] for one in held.requests)
    recalls = Counter(per[one.version_id] for one in held.recalls)
    counted = Counter(one.dataset_id for one in held.versions)
    newest = {one.dataset_id: one for one in held.versions}  # the last of each is the newest
    rows = session.exec(
        select(Dataset, Source).where(Dataset.source_id == Source.id).order_by(col(Dataset.name))
    )
    for dataset, source in rows:
        key = dataset.id or 0
        if key not in newest:
            continue
        gone = source.state == SourceState.WITHDRAWN
        yield DatasetFacts(
            name=dataset.name,
            source=source.name,
            classification=source.classification,
            versions=counted[key],
            newest=newest[key].number,
            state=VersionState.WITHDRAWN if gone else newest[key].state,
            registered_at=newest[key].registered_at,
            in_force=in_force[key],
            ends=ends.get(key),
            waivers=waivers[key],
            waiting=waiting[key],
            recalls=recalls[key],
        )


def budgets_used(context: Context, session: Session) -> Iterator[BudgetUse]:
    """How full each budget is; one that cannot be told says why."""
    limited = select(Budget.source_id).distinct()
    sources = session.exec(
        select(Source).where(col(Source.id).in_(limited)).order_by(col(Source.name))
    )
    for source in sources.all():
        budgets = by_audience(session, source.id or 0)
        account = account_of(session, source)
        for audience, budget in sorted(budgets.items()):
            yield _use(context, session, source.name, audience, budget, account)


def _use(
    context: Context, session: Session, source: str, audience: str, budget: Budget, account: Any
) -> BudgetUse:
    now = context.clock()
    require_unaltered(session, budget)
    found = standing(account, budget, now)
    closed = outside(budget, now)
    state = closed.split(" ", 1)[1] if closed else "in force"
    return BudgetUse(
        source, audience, budget_label(budget), budget.epsilon, found.used, state, found.why
    )


def _months(session: Session, held: Held) -> Iterator[MonthFacts]:
    """The last twelve months, today's the last."""
    granted = Counter(one.released_at[:7] for one in held.releases)
    denied = _denied(session)
    for month in _last_months(held.now):
        stood = sum(_stood(one, month, held) for one in held.releases)
        yield MonthFacts(month, stood, granted[month], denied.get(month, 0))


def _denied(session: Session) -> dict[str, int]:
    month = func.substr(col(Event.at), 1, 7)
    rows = session.execute(
        select(month, func.count()).where(col(Event.outcome) == "denied").group_by(month)
    )
    return {str(name): int(number) for name, number in rows}


def _last_months(now: datetime) -> list[str]:
    last = now.year * 12 + now.month - 1
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(last - MONTHS + 1, last + 1)]


def _stood(release: Any, month: str, held: Held) -> bool:
    """Whether a release was in force at the end of a month; of this one, whether it is today."""
    if month == f"{held.now.year:04}-{held.now.month:02}":
        return held.stands(release)
    end = f"{month}-32"  # after every moment of the month, as text
    ended = [one for one in (release.revoked_at, release.superseded_at) if one]
    over = min((*ended, "~")) < end or release.expires_on <= f"{month}-31"
    return str(release.released_at) < end and not over

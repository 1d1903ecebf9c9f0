"""Filters as conditions on the table of versions, each of which an index answers."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from registry.clock import Clock
from registry.records import (
    OPEN_STATES,
    Dataset,
    DatasetVersion,
    DecisionRecord,
    Generator,
    Guarantee,
    Release,
    ReleaseState,
    Request,
    Source,
    SourceState,
    VersionState,
)
from registry.workflow.browse.filters import Filters
from registry.workflow.browse.names import generators
from registry.workflow.find import VERSION
from registry.workflow.requested import AUDIENCES

Condition = ColumnElement[bool]
FEW: Final = 1_000
"""Of so many, the ids are found first; of more, each version is looked at in the list's order."""


def conditions(session: Session, filters: Filters, clock: Clock) -> list[Condition]:
    """What a version must meet."""
    return list(_all(session, filters, clock().date().isoformat()))


def _all(session: Session, filters: Filters, today: str) -> Iterator[Condition]:
    if filters.text:
        yield _text(session, filters.text)
    if filters.source:
        yield _of_datasets(select(Dataset.id).join(Source).where(Source.name == filters.source))
    if filters.generator:
        yield _made_by([filters.generator])
    if filters.state:
        yield _state(filters.state, today)
    if filters.audience or filters.outcome:
        yield _decided(session, filters)
    if filters.epsilon:
        yield _claimed(claimed=filters.epsilon == "claimed")
    if filters.sort == "epsilon":
        yield _stated()


def _text(session: Session, text: str) -> Condition:
    label = VERSION.fullmatch(text)
    if label:
        same = select(Dataset.id).where(Dataset.name == label["name"])
        return _of_datasets(same) & (col(DatasetVersion.number) == int(label["number"]))
    wanted = text.lower()
    within = _of_datasets(_datasets(session, wanted))
    # There are few generators and many versions: their names are looked through by themselves.
    makers = [name for name in generators(session) if wanted in name.lower()]
    return or_(within, _made_by(makers)) if makers else within


def _datasets(session: Session, wanted: str) -> Any:
    """Datasets by their own name or by their source: ids if they are few, else a query of them."""
    sources = session.exec(
        select(Source.id).where(
            or_(
                func.lower(Source.name).contains(wanted, autoescape=True),
                func.lower(Source.title).contains(wanted, autoescape=True),
            )
        )
    ).all()
    named = func.lower(Dataset.name).contains(wanted, autoescape=True)
    query = select(Dataset.id).where(or_(named, col(Dataset.source_id).in_(sources)))
    found = session.exec(query.limit(FEW + 1)).all()
    return found if len(found) <= FEW else query


def _of_datasets(found: Any) -> Condition:
    return col(DatasetVersion.dataset_id).in_(found)


def _made_by(names: list[str]) -> Condition:
    made = select(Generator.version_id).where(col(Generator.name).in_(names))
    return col(DatasetVersion.id).in_(made)


def _state(state: str, today: str) -> Condition:
    if state == "waiting":
        waiting = select(Request.version_id).where(col(Request.state).in_(OPEN_STATES))
        return col(DatasetVersion.id).in_(waiting)
    if state == "released":
        return col(DatasetVersion.id).in_(_released(today))
    gone = _of_datasets(
        select(Dataset.id).join(Source).where(Source.state == SourceState.WITHDRAWN)
    )
    own = col(DatasetVersion.state) == state
    return own | gone if state == VersionState.WITHDRAWN else own & ~gone


def _released(today: str) -> Any:
    return (
        select(Request.version_id)
        .join(Release, col(Release.request_id) == col(Request.id))
        .where(col(Release.state) == ReleaseState.IN_FORCE, col(Release.expires_on) >= today)
    )


def _decided(session: Session, filters: Filters) -> Condition:
    """The newest recorded decision of a context is for that audience, with that outcome."""
    audiences = (filters.audience,) if filters.audience else AUDIENCES
    asked: list[Condition] = [col(DecisionRecord.audience).in_(audiences)]
    if filters.outcome:
        asked.append(col(DecisionRecord.outcome) == filters.outcome)
    some = select(DecisionRecord.version_id).where(*asked).limit(FEW + 1).subquery()
    found = select(DecisionRecord.version_id).where(*asked, ~exists().where(_later()))
    if session.exec(select(func.count()).select_from(some)).one() <= FEW:
        return col(DatasetVersion.id).in_(found)
    # The offset keeps PostgreSQL from finding all of very many before it shows the first.
    own = found.where(col(DecisionRecord.version_id) == col(DatasetVersion.id)).offset(0)
    return own.correlate(DatasetVersion).exists()


def _later() -> Condition:
    later = aliased(DecisionRecord)
    return (
        (col(later.version_id) == col(DecisionRecord.version_id))
        & (col(later.use) == col(DecisionRecord.use))
        & (col(later.audience) == col(DecisionRecord.audience))
        & col(later.jurisdiction).is_not_distinct_from(col(DecisionRecord.jurisdiction))
        & (col(later.id) > col(DecisionRecord.id))
    )


def _claimed(*, claimed: bool) -> Condition:
    claim = aliased(Guarantee)  # an order may have joined the table itself
    held = exists().where(col(claim.version_id) == col(DatasetVersion.id))
    return held if claimed else ~held


def _stated() -> Condition:
    """A claim may state no epsilon, such as rho alone: it has no place in an order of numbers."""
    claim = aliased(Guarantee)
    same = col(claim.version_id) == col(DatasetVersion.id)
    return exists().where(same, col(claim.epsilon).is_not(None))

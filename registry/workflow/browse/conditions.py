"""Filters as conditions on the table of versions, each of which an index answers."""

from collections.abc import Iterator
from typing import Any

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

Condition = ColumnElement[bool]


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
        yield _decided(filters)
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
    # There are few sources: theirs are found by themselves, and not for every dataset again.
    sources = select(Source.id).where(
        or_(
            func.lower(Source.name).contains(wanted, autoescape=True),
            func.lower(Source.title).contains(wanted, autoescape=True),
        )
    )
    named = func.lower(Dataset.name).contains(wanted, autoescape=True)
    within = _of_datasets(select(Dataset.id).where(named | col(Dataset.source_id).in_(sources)))
    # There are few generators and many versions: their names are looked through by themselves.
    makers = [name for name in generators(session) if wanted in name.lower()]
    return or_(within, _made_by(makers)) if makers else within


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


def _decided(filters: Filters) -> Condition:
    """The newest recorded decision of a context is for that audience, with that outcome."""
    later = aliased(DecisionRecord)
    same = (
        (col(later.version_id) == col(DecisionRecord.version_id))
        & (col(later.use) == col(DecisionRecord.use))
        & (col(later.audience) == col(DecisionRecord.audience))
        & col(later.jurisdiction).is_not_distinct_from(col(DecisionRecord.jurisdiction))
        & (col(later.id) > col(DecisionRecord.id))
    )
    found = select(DecisionRecord.version_id).where(~exists().where(same))
    if filters.audience:
        found = found.where(DecisionRecord.audience == filters.audience)
    if filters.outcome:
        found = found.where(DecisionRecord.outcome == filters.outcome)
    return col(DatasetVersion.id).in_(found)


def _claimed(*, claimed: bool) -> Condition:
    claim = aliased(Guarantee)  # an order may have joined the table itself
    held = exists().where(col(claim.version_id) == col(DatasetVersion.id))
    return held if claimed else ~held


def _stated() -> Condition:
    """A claim may state no epsilon, such as rho alone: it has no place in an order of numbers."""
    claim = aliased(Guarantee)
    same = col(claim.version_id) == col(DatasetVersion.id)
    return exists().where(same, col(claim.epsilon).is_not(None))

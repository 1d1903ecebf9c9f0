"""A page of versions: which they are by one query, and what is shown of them by two more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, tuple_
from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.records import (
    Dataset,
    DatasetVersion,
    DecisionRecord,
    Generator,
    Guarantee,
    Source,
    SourceState,
    VersionState,
)
from registry.store.database import reading
from registry.workflow.browse.conditions import conditions
from registry.workflow.browse.filters import Filters
from registry.workflow.browse.names import generators, sources
from registry.workflow.context import Context
from registry.workflow.find import row_id, version_labelled
from registry.workflow.permissions import require_scope

SIZE: Final = 25
COUNTED: Final = 1000
"""So many matches are counted; of more it is said that there are more."""


@dataclass(frozen=True)
class Listed:
    """One version as the list shows it; ``outcomes`` are the newest decisions recorded of it."""

    version: str
    state: str
    source: str
    generator: str
    epsilon: float | None
    claimed: bool
    rows: int
    registered_at: str
    outcomes: tuple[tuple[str, str], ...]
    """Audience and outcome, one for each context."""


@dataclass(frozen=True)
class Listing:
    """A page of the list; ``count`` is at most `COUNTED` where ``more`` match than are counted.

    ``after`` and ``before`` are the places of the next and of the last page, "" where none is.
    """

    filters: Filters
    rows: tuple[Listed, ...]
    count: int
    more: bool
    after: str
    before: str
    sources: tuple[str, ...]
    generators: tuple[str, ...]


def versions(context: Context, filters: Filters, size: int = SIZE) -> Listing:
    """The page of versions that ``filters`` ask for."""
    require_scope(context, "report")
    with reading(context.engine) as session:
        where = conditions(session, filters, context.clock)
        found = _page(session, filters, where, size + 1)
        backwards = bool(filters.before)
        beyond, kept = len(found) > size, found[:size]
        if backwards:
            kept.reverse()
        rows = _shown(session, kept)
        count = _count(session, where)
        further = (beyond, bool(filters.after)) if not backwards else (True, beyond)
        return Listing(
            filters,
            rows,
            min(count, COUNTED),
            count > COUNTED,
            rows[-1].version if rows and further[0] else "",
            rows[0].version if rows and further[1] else "",
            tuple(sources(session)),
            tuple(generators(session)),
        )


def _page(
    session: Session, filters: Filters, where: Sequence[ColumnElement[bool]], size: int
) -> list[int]:
    """The ids of a page in its order, or in the reverse one where it ends before a place."""
    keys, down = _order(filters.sort)
    backwards = bool(filters.before)
    query: Any = select(col(DatasetVersion.id)).where(*where)
    if filters.sort == "name":
        query = query.join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
    if filters.sort == "epsilon":
        query = query.join(Guarantee, col(Guarantee.version_id) == col(DatasetVersion.id))
    if place := filters.after or filters.before:
        values = _keys_of(session, filters.sort, place)
        here, there = tuple_(*keys), tuple_(*map(literal, values))
        falling = down != backwards
        query = query.where(here < there if falling else here > there)
        # Said once more of the first key alone: no index holds keys of two tables.
        query = query.where(keys[0] <= values[0] if falling else keys[0] >= values[0])
    order = [key.desc() if down != backwards else key.asc() for key in keys]
    return list(session.exec(query.order_by(*order).limit(size)))


def _order(sort: str) -> tuple[list[Any], bool]:
    """What the list is sorted by, and whether the greatest comes first."""
    if sort == "name":
        return [col(Dataset.name), col(DatasetVersion.number)], False
    if sort == "epsilon":
        return [col(Guarantee.epsilon), col(Guarantee.version_id)], False
    return [col(DatasetVersion.id)], sort == "newest"


def _keys_of(session: Session, sort: str, label: str) -> tuple[Any, ...]:
    """Where a version stands in an order; raises `NotFound` for one that has no place there."""
    found = version_labelled(session, label)
    key = row_id(found.version)
    if sort == "name":
        return found.dataset.name, found.version.number
    if sort != "epsilon":
        return (key,)
    claim = session.exec(select(Guarantee.epsilon).where(Guarantee.version_id == key)).first()
    if claim is None:
        raise NotFound(f"{label} states no epsilon", expected="a place among those that do")
    return claim, key


def _count(session: Session, where: Sequence[ColumnElement[bool]]) -> int:
    # In an order that an index has: else every match is found before the first is counted.
    newest = select(col(DatasetVersion.id)).where(*where).order_by(col(DatasetVersion.id).desc())
    some = newest.limit(COUNTED + 1).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def _shown(session: Session, ids: Sequence[int]) -> tuple[Listed, ...]:
    if not ids:
        return ()
    decided = _outcomes(session, ids)
    rows = {row.id: row for row in session.execute(_ROWS.where(col(DatasetVersion.id).in_(ids)))}
    return tuple(_listed(rows[key], decided.get(key, {})) for key in ids)


def _listed(row: Any, decided: dict[Any, str]) -> Listed:
    gone = row.source_state == SourceState.WITHDRAWN
    return Listed(
        version=f"{row.dataset}@{row.number}",
        state=VersionState.WITHDRAWN.value if gone else row.state,
        source=row.source,
        generator=f"{row.generator} {row.generator_version}",
        epsilon=row.epsilon,
        claimed=row.claim is not None,
        rows=row.rows,
        registered_at=row.registered_at,
        outcomes=tuple((audience, outcome) for (_, audience, _), outcome in decided.items()),
    )


def _outcomes(session: Session, ids: Sequence[int]) -> dict[int, dict[Any, str]]:
    """The newest outcome in each context, by version."""
    record = DecisionRecord
    query: Any = (
        select(record.version_id, record.use, record.audience, record.jurisdiction, record.outcome)  # type: ignore[call-overload]
        .where(col(record.version_id).in_(ids))
        .order_by(col(record.id))
    )
    found: dict[int, dict[Any, str]] = {}
    for version, use, audience, place, outcome in session.execute(query):
        found.setdefault(version, {})[(use, audience, place)] = outcome
    return found


_ROWS: Any = (
    select(  # type: ignore[call-overload]
        col(DatasetVersion.id),
        col(DatasetVersion.number),
        col(DatasetVersion.state),
        col(DatasetVersion.rows),
        col(DatasetVersion.registered_at),
        col(Dataset.name).label("dataset"),
        col(Source.name).label("source"),
        col(Source.state).label("source_state"),
        col(Generator.name).label("generator"),
        col(Generator.version).label("generator_version"),
        col(Guarantee.id).label("claim"),
        col(Guarantee.epsilon),
    )
    .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
    .join(Source, col(Source.id) == col(Dataset.source_id))
    .join(Generator, col(Generator.version_id) == col(DatasetVersion.id))
    .outerjoin(Guarantee, col(Guarantee.version_id) == col(DatasetVersion.id))
)

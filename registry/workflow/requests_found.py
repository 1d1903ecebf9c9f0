"""Finds requests by what a list is filtered by: whose they are, their state, source and age."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy import Row as Read
from sqlmodel import Session, col, select

from registry.clock import stamp
from registry.records import (
    OPEN_STATES,
    Dataset,
    DatasetVersion,
    DecisionRecord,
    Request,
    RequestState,
    Role,
    Source,
)
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, SIZE, Numbered, Order, Part, Place, part
from registry.workflow.context import Context
from registry.workflow.deputy import principals
from registry.workflow.permissions import ALLOWED
from registry.workflow.queue import mine_of, rows_of
from registry.workflow.signer import identity_of

CLOSED = tuple(state for state in RequestState if state not in OPEN_STATES)


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty leaves it open. ``older`` is a least age in days."""

    whose: str = "all"
    state: str = ""
    source: str = ""
    older: int = 0


def requests_found(
    context: Context, wanted: Wanted, place: Place = FIRST, size: int = SIZE
) -> Part:
    """A part of the requests that fit, oldest first; closed ones where their state is asked for."""
    if wanted.whose == "mine" and not _signs(context):
        return Part()  # whose roles sign nothing has nothing waiting
    query = (
        select(Source.name)
        .join(Dataset, col(Dataset.source_id) == col(Source.id))
        .join(DatasetVersion, col(DatasetVersion.dataset_id) == col(Dataset.id))
        .join(Request, col(Request.version_id) == col(DatasetVersion.id))
        .where(*_fitting(context, wanted))
    )
    with reading(context.engine) as session:
        if wanted.whose == "mine":
            query = query.where(asks_for(context, session))

        def show(block: Sequence[Read[Any]]) -> list[Numbered]:
            return _shown(context, session, block, mine=wanted.whose == "mine")

        return part(session, query, Order((col(Request.id),)), place, show, size)


def _signs(context: Context) -> bool:
    return bool(context.identity and context.identity.roles & ALLOWED["stand-in"])


def _roles(context: Context, session: Session) -> set[Role]:
    """In which the acting person signs today, for themselves or for whom they stand in for."""
    identity = context.identity
    if identity is None:
        return set()
    absent = principals(session, identity.account_id, context.clock())
    return set(identity.roles.union(*(identity_of(session, one).roles for one in absent)))


def asks_for(context: Context, session: Session) -> ColumnElement[bool]:
    """The decision that was put forward names a role of who acts, so that it may ask for its seat.

    What is decided anew and comes out otherwise can be signed by nobody, so nothing is missed;
    without this everything that waits is decided anew for somebody for whom nothing does.
    """
    names = (
        col(DecisionRecord.body).contains(f'"{role}":', autoescape=True)
        for role in sorted(_roles(context, session))
    )
    return (
        select(DecisionRecord.id)
        .where(DecisionRecord.request_id == Request.id)
        .where(DecisionRecord.digest == Request.decision_digest)
        .where(or_(False, *names))
        .exists()
    )


def _shown(
    context: Context, session: Session, block: Sequence[Read[Any]], *, mine: bool
) -> list[Numbered]:
    sources = {int(number): source for source, number in map(tuple, block)}
    found = (
        mine_of(context, session, list(sources), expected=True)
        if mine
        else rows_of(context, session, list(sources))
    )
    return [(number, {**row, "source": sources[number]}) for number, row in found]


def _fitting(context: Context, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    state = col(Request.state)
    if wanted.whose == "mine":
        yield state == RequestState.SUBMITTED
    if wanted.whose == "submitted":
        yield col(Request.submitted_by) == (
            context.identity.account_id if context.identity else None
        )
    if wanted.state:
        yield state.in_(CLOSED if wanted.state == "closed" else (wanted.state,))
    elif wanted.whose == "all":
        yield state.in_(OPEN_STATES)
    if wanted.source:
        yield col(Source.name) == wanted.source
    if wanted.older:
        yield col(Request.submitted_at) <= _days_before(context, wanted.older)


def _days_before(context: Context, days: int) -> str:
    """The last moment that is so many whole days ago; before every other where there is none."""
    try:
        return stamp(context.clock() - timedelta(days=days))
    except OverflowError:
        return ""

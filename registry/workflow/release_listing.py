"""Releases as people look for them: those that end soon, one recipient's, one source's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from registry.errors import InvalidInput
from registry.records import Release, ReleaseState, Request, RequestState, Source
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Order, Part, Place, part
from registry.workflow.context import Context
from registry.workflow.find import release_labelled, row_id
from registry.workflow.recalls.listing import recalls_of
from registry.workflow.release_rows import RELEASES, release_rows
from registry.workflow.waiver_listing import within

Row = dict[str, object]
STATES = ("in-force", "expired", "revoked", "superseded")


@dataclass(frozen=True)
class Wanted:
    """Filters that must all hold; None asks for anything. ``expiring`` is a span such as 30d."""

    expiring: str | None = None
    to: str | None = None
    source: str | None = None
    state: str | None = None


def releases_wanted(
    context: Context, wanted: Wanted, limit: int | None = None, offset: int = 0
) -> list[Row]:
    """Releases with their state today; with ``expiring`` those in force that end within it.

    All of them, or so many behind ``offset``.
    """
    query, order = _asked(context, wanted)
    with reading(context.engine) as session:
        rows = session.execute(query.order_by(*order.keys).limit(limit).offset(offset)).all()
        return [row for _, row in release_rows(context, session, rows)]


def releases_part(context: Context, wanted: Wanted, place: Place = FIRST) -> Part:
    """A part of the same."""
    query, order = _asked(context, wanted)
    with reading(context.engine) as session:
        return part(session, query, order, place, lambda rows: release_rows(context, session, rows))


def _asked(context: Context, wanted: Wanted) -> tuple[Any, Order]:
    if wanted.state is not None and wanted.state not in STATES:
        raise InvalidInput(f"{wanted.state!r} is no state", expected=" or ".join(STATES))
    keys: tuple[Any, ...] = (col(Release.id),)
    query = RELEASES
    if wanted.to is not None:
        query = query.where(Release.recipient == wanted.to)
    if wanted.source is not None:
        query = query.where(Source.name == wanted.source)
    if wanted.state is not None:
        query = query.where(_in_state(wanted.state, context.clock()))
    if wanted.expiring is not None:
        now = context.clock()
        end = (now + timedelta(days=within(wanted.expiring))).date().isoformat()
        query = query.where(_in_state("in-force", now), col(Release.expires_on) < end)
        keys = (col(Release.expires_on), *keys)
    return query, Order(keys)


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """The state today, as `release_state` says it of one."""
    today, stored = now.date().isoformat(), col(Release.state)
    if state == "expired":
        return (stored == ReleaseState.IN_FORCE) & (col(Release.expires_on) < today)
    standing = col(Release.expires_on) >= today
    return (stored == state) & standing if state == ReleaseState.IN_FORCE else stored == state


def release_shown(context: Context, label: str) -> Row:
    """One release with its terms, and how its recall stands if there is one."""
    with reading(context.engine) as session:
        key = row_id(release_labelled(session, label))
        found = session.execute(RELEASES.where(Release.id == key)).all()
        ((_, row),) = release_rows(context, session, found)
        recalls = recalls_of(context, session, key)
    kept = ("state", "delivery", "age_days", "acknowledged_at", "acknowledged_by", "notice")
    last = {f"recall_{key}": recalls[-1][key] for key in kept} if recalls else {}
    return {**row, **last}


def approved(context: Context) -> list[str]:
    """The requests that wait to be released, oldest first."""
    waiting = col(Request.state) == RequestState.APPROVED
    with reading(context.engine) as session:
        ids = session.exec(select(Request.id).where(waiting).order_by(col(Request.id)))
        return [f"R-{one}" for one in ids]

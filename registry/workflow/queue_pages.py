"""Pages of the queue: so many requests behind an offset, and the others are not read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row as Read
from sqlmodel import col, select

from registry.records import OPEN_STATES, Request
from registry.store.database import reading
from registry.workflow.ahead import require_ahead
from registry.workflow.browse.parts import FIRST, Numbered, Order, part
from registry.workflow.context import Context
from registry.workflow.queue import mine_of, rows_of, signers
from registry.workflow.requests_found import asks_for
from registry.workflow.waiting import Row

_OLDEST_FIRST = Order((col(Request.id),))


def queue_page(context: Context, limit: int, offset: int, *, every: bool = False) -> list[Row]:
    """``limit`` rows of `queue` behind the first ``offset``."""
    query = select(Request.id) if every else _open_ids()
    page = query.order_by(*_OLDEST_FIRST.keys).limit(limit).offset(offset)
    with reading(context.engine) as session:
        return [row for _, row in rows_of(context, session, session.exec(page).all())]


def mine_page(context: Context, limit: int, offset: int) -> list[Row]:
    """``limit`` rows of `mine` behind the first ``offset``.

    Whether somebody can sign is no column: open requests are read block by block until the page is
    full, and none behind it.
    """
    require_ahead(context, "stand-in")
    with reading(context.engine) as session:
        if not signers(context, session):
            return []

        def show(block: Sequence[Read[Any]]) -> list[Numbered]:
            return mine_of(context, session, [number for number, _key in map(tuple, block)])

        query = _open_ids().where(asks_for(context, session))
        found = part(session, query, _OLDEST_FIRST, FIRST, show, offset + limit)
        return list(found.rows[offset:])


def _open_ids() -> Any:
    return select(Request.id).where(col(Request.state).in_(OPEN_STATES))

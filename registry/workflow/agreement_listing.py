"""Agreements as lists and single views print them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.records import Agreement, Release
from registry.store.database import reading
from registry.workflow.agreements import (
    agreement_label,
    agreement_labelled,
    parties_of,
    state_of,
)
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, part
from registry.workflow.context import Context
from registry.workflow.find import account_name, names_of, release_label, row_id

Row = dict[str, object]
_ORDER: Final = Order((col(Agreement.valid_until), col(Agreement.id)))


def agreements(context: Context, *, every: bool = False) -> list[Row]:
    """Agreements in force, or ``every`` one, those that end first at the top."""
    with reading(context.engine) as session:
        rows = session.execute(_asked(context, every=every).order_by(*_ORDER.keys)).all()
        return [row for _, row in _rows(context, session, rows)]


def agreements_part(context: Context, place: Place = FIRST, *, every: bool = False) -> Part:
    """A part of the same."""
    with reading(context.engine) as session:
        return part(
            session,
            _asked(context, every=every),
            _ORDER,
            place,
            lambda rows: _rows(context, session, rows),
        )


def _asked(context: Context, *, every: bool) -> Any:
    """As `state_of` says what is in force."""
    today = context.clock().date().isoformat()
    standing = (col(Agreement.valid_from) <= today) & (col(Agreement.valid_until) >= today)
    query = select(Agreement)
    return query if every else query.where(col(Agreement.ended_at).is_(None), standing)


def agreement(context: Context, label: str) -> Row:
    """One agreement, its document, and the releases that stand under it."""
    with reading(context.engine) as session:
        row = agreement_labelled(context, session, label)
        under = session.exec(
            select(Release)
            .where(Release.agreement == row.name)
            .where(Release.agreement_digest == row.digest)
            .order_by(col(Release.id))
        )
        return {
            **_row(context, row, account_name(session, row.added_by)),
            "digest": row.digest,
            "file": str(context.objects / row.path),
            "file_name": row.file_name,
            "added_at": row.added_at,
            "ended_by": account_name(session, row.ended_by),
            "ended_at": row.ended_at,
            "ended_reason": row.ended_reason,
            "releases": [release_label(one) for one in under],
        }


def _rows(context: Context, session: Session, rows: Sequence[Any]) -> list[Numbered]:
    found = [one.Agreement for one in rows]
    names = names_of(session, (one.added_by for one in found))
    return [(row_id(one), _row(context, one, names[one.added_by])) for one in found]


def _row(context: Context, row: Agreement, added_by: str | None) -> Row:
    return {
        "agreement": agreement_label(row),
        "name": row.name,
        "parties": parties_of(row),
        "from": row.valid_from,
        "until": row.valid_until,
        "state": state_of(row, context.clock()),
        "added_by": added_by,
    }

"""Recipients as lists print them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.records import Recipient
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, Row, part
from registry.workflow.context import Context
from registry.workflow.find import names_of, row_id
from registry.workflow.webhook_secret import secret_path

MOST: Final = 200


def recipients(context: Context) -> list[Row]:
    """Every recipient and how it is reached."""
    with reading(context.engine) as session:
        rows = session.execute(select(Recipient).order_by(col(Recipient.name))).all()
        return [row for _, row in _rows(context, session, rows)]


def recipients_part(context: Context, place: Place = FIRST) -> Part:
    """A part of the same."""
    with reading(context.engine) as session:
        order = Order((col(Recipient.name), col(Recipient.id)))
        return part(
            session, select(Recipient), order, place, lambda rows: _rows(context, session, rows)
        )


def recipient_names(context: Context) -> list[str]:
    """Names to choose from, in order; at most two hundred."""
    with reading(context.engine) as session:
        return list(session.exec(select(Recipient.name).order_by(col(Recipient.name)).limit(MOST)))


def _rows(context: Context, session: Session, rows: Sequence[Any]) -> list[Numbered]:
    names = names_of(session, (one.Recipient.added_by for one in rows))
    return [
        (row_id(one.Recipient), _row(context, one.Recipient, names[one.Recipient.added_by]))
        for one in rows
    ]


def _row(context: Context, row: Recipient, added_by: str | None) -> Row:
    return {
        "recipient": row.name,
        "contact": row.contact,
        "webhook": row.webhook,
        "secret": "kept" if secret_path(context, row_id(row)).is_file() else None,
        "added_by": added_by,
        "added_at": row.added_at,
    }

"""Accounts as lists and single views print them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.records import Account, AccountRole
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, Row, part
from registry.workflow.context import Context
from registry.workflow.find import row_id


def accounts(context: Context) -> list[Row]:
    """Every account with its roles and its pseudonym in the log."""
    with reading(context.engine) as session:
        rows = session.execute(select(Account).order_by(col(Account.id))).all()
        return [row for _, row in _account_rows(session, rows)]


def accounts_part(context: Context, place: Place = FIRST) -> Part:
    """A part of the same."""
    with reading(context.engine) as session:
        order = Order((col(Account.id),))
        return part(
            session, select(Account), order, place, lambda rows: _account_rows(session, rows)
        )


def account(context: Context, name: str) -> Row:
    """One of them; raises `NotFound`."""
    with reading(context.engine) as session:
        rows = session.execute(select(Account).where(Account.name == name)).all()
        found = _account_rows(session, rows)
    if not found:
        raise NotFound(f"there is no account {name!r}", todo="see the list of accounts")
    row: Row = found[0][1]
    return row


def _account_rows(session: Session, rows: Sequence[Any]) -> list[Numbered]:
    roles: dict[int, list[str]] = {row_id(one.Account): [] for one in rows}
    held = select(AccountRole.account_id, AccountRole.role).order_by(col(AccountRole.role))
    for key, role in session.exec(held.where(col(AccountRole.account_id).in_(roles))):
        roles[key].append(role)
    return [(row_id(one.Account), _account_row(one.Account, roles)) for one in rows]


def _account_row(row: Account, roles: Mapping[int, list[str]]) -> Row:
    return {
        "name": row.name,
        "roles": roles[row_id(row)],
        "pseudonym": row.pseudonym,
        "created_at": row.created_at,
        "state": "deactivated" if row.deactivated_at else "active",
    }

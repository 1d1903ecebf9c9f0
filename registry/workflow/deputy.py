"""Who is whose deputy on a day."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from registry.policy.expiry import expired
from registry.records import Account, Deputy
from registry.workflow.find import row_id


def deputised(session: Session, account_id: int, principal: Account, now: datetime) -> bool:
    """Whether an account may sign for ``principal`` at this moment."""
    if principal.deactivated_at is not None:
        return False
    query = (
        select(Deputy)
        .where(Deputy.deputy_id == account_id)
        .where(Deputy.principal_id == row_id(principal))
        .where(col(Deputy.ended_at).is_(None))
    )
    return any(current(session.exec(query), now))


def principals(session: Session, account_id: int, now: datetime) -> list[Account]:
    """Everybody for whom an account may sign at this moment."""
    query = (
        select(Deputy, Account)
        .where(Deputy.principal_id == Account.id)
        .where(Deputy.deputy_id == account_id)
        .where(col(Deputy.ended_at).is_(None))
        .where(col(Account.deactivated_at).is_(None))
        .order_by(col(Account.name))
    )
    rows = session.exec(query).all()
    return list({row_id(who): who for one, who in rows if list(current([one], now))}.values())


def current(rows: Iterable[Deputy], now: datetime) -> Iterable[Deputy]:
    """Those that count on the day of ``now``: its first and its last day are days of it."""
    today = now.date().isoformat()
    return (row for row in rows if row.first <= today and not expired(row.last, now))

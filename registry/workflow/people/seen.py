"""A browser's session stays open while it is used: at most one write a minute says so."""

from sqlalchemy import update
from sqlmodel import col

from registry.errors import StoreUnavailable
from registry.records import LoginSession
from registry.store.database import reading, writing
from registry.workflow.context import Context
from registry.workflow.people.lookup import later

_MINUTES = 1


def seen(context: Context) -> None:
    """Move on when the session of a browser was last used; one of the command line has no such
    time. Where somebody else is writing just now, the next request says it.
    """
    identity = context.identity
    if identity is None or identity.session is None:
        return
    now, key = context.now(), identity.session.id
    with reading(context.engine) as session:
        last = session.get_one(LoginSession, key).seen_at
    if last is None or now < later(last, minutes=_MINUTES):
        return
    try:
        with writing(context.engine, log=False, wait=False) as session:
            session.connection().execute(
                update(LoginSession)
                .where(col(LoginSession.id) == key)
                .where(col(LoginSession.seen_at) < now)
                .values(seen_at=now)
            )
    except StoreUnavailable:
        return

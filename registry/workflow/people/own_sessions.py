"""A person's own sessions: which there are, and ending one or all others."""

from sqlmodel import Session, col, select

from registry.errors import Conflict, NotFound, NotPermitted
from registry.records import KeyState, LoginSession
from registry.store.database import reading, writing
from registry.workflow.context import Context, Identity, OpenSession, Work
from registry.workflow.people.login import end_sessions
from registry.workflow.people.lookup import key_in
from registry.workflow.people.proven import means, require_session

Row = dict[str, object]


def own_sessions(context: Context) -> list[Row]:
    """Those that last, newest first; ``here`` is the one that asks."""
    identity, held = _own(context)
    with reading(context.engine) as session:
        return [
            {
                "session": row.id,
                "here": row.id == held.id,
                "started_at": row.started_at,
                "seen_at": row.seen_at,
                "expires_at": row.expires_at,
                "means": means(row.issuer),
                "place": "a browser" if row.seen_at else "the command line",
            }
            for row in _lasting(session, identity.account_id, context.now())
        ]


def end_own(context: Context, session_id: int) -> None:
    """End one of one's own sessions; raises `NotFound` for another person's as for none."""
    identity, _ = _own(context)
    with writing(context.engine) as session:
        row = session.get(LoginSession, session_id)
        if row is None or row.account_id != identity.account_id:
            raise NotFound("you have no such session", todo="see the list of your sessions")
        if row.ended_at is not None:
            raise Conflict("the session was ended already")
        end_sessions(Work(context, session), identity.account_id, only=session_id)


def end_others(context: Context) -> None:
    """End every session of the person but this one."""
    identity, held = _own(context)
    with writing(context.engine) as session:
        end_sessions(Work(context, session), identity.account_id, but=held.id)


def own_key(context: Context) -> Row | None:
    """The person's newest key: its id, which others ask them for, and its state."""
    identity, _ = _own(context)
    with reading(context.engine) as session:
        key = key_in(session, identity.account_id, *KeyState)
        return None if key is None else {"key": key.key_id, "state": key.state}


def _own(context: Context) -> tuple[Identity, OpenSession]:
    identity = context.identity
    if identity is None or identity.session is None:
        raise NotPermitted("nobody is signed in", expected="a person's session")
    return identity, identity.session


def _lasting(session: Session, account_id: int, now: str) -> list[LoginSession]:
    found = session.exec(
        select(LoginSession)
        .where(LoginSession.account_id == account_id)
        .where(col(LoginSession.ended_at).is_(None))
        .order_by(col(LoginSession.id).desc())
    )
    return [row for row in found if _lasts(row, now)]


def _lasts(row: LoginSession, now: str) -> bool:
    try:
        require_session(row, now)
    except NotPermitted:
        return False
    return True

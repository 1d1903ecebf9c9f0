"""The identity that a session or a token proves."""

import hmac
import json
import re
from datetime import datetime

from sqlmodel import Session, select

from registry.clock import stamp
from registry.errors import NotPermitted
from registry.records import Account, AccountLink, KeyState, LoginSession, Role, Token
from registry.settings import Proof
from registry.workflow.context import Identity, OpenSession
from registry.workflow.find import row_id
from registry.workflow.people.lookup import key_in, later, roles_of, secret_digest, vouched

AUTHENTICATION = "password and one-time code"
IDLE_MINUTES = 30
"""After so long without a request the session of a browser is over."""
_TOKEN = re.compile(r"reg_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


def proven(session: Session, proof: Proof, now: datetime) -> Identity | None:
    """Who shows ``proof``, or None where nothing is shown; raises `NotPermitted`."""
    if proof.token is not None:
        return _by_token(session, proof.token, stamp(now))
    if proof.session is not None:
        return _by_session(session, proof.session, stamp(now))
    return None


def session_of(session: Session, secret: str, now: str) -> LoginSession:
    """The session with this secret; raises `NotPermitted` if it is none, or over."""
    row = session.exec(
        select(LoginSession).where(LoginSession.digest == secret_digest(secret))
    ).first()
    if row is None:
        raise NotPermitted("the session is unknown", todo="run `registry login NAME`")
    require_session(row, now)
    return row


def require_session(row: LoginSession, now: str) -> None:
    """Raise `NotPermitted` unless the session lasts. A clock set back before its start ends it."""
    if row.ended_at is not None:
        raise NotPermitted("the session was ended", todo="run `registry login NAME`")
    if not row.started_at <= now < row.expires_at:
        raise NotPermitted(
            "the session has expired",
            expected=f"a time between {row.started_at} and {row.expires_at}",
            todo="run `registry login NAME`",
        )
    if row.seen_at is not None and later(row.seen_at, minutes=IDLE_MINUTES) <= now:
        raise NotPermitted(
            f"the session was idle for {IDLE_MINUTES} minutes", expected="a session in use"
        )


def _by_session(session: Session, secret: str, now: str) -> Identity:
    row = session_of(session, secret, now)
    account = session.get_one(Account, row.account_id)
    _require_active(account)
    key = key_in(session, row.account_id, KeyState.ACTIVE)
    held = roles_of(session, row.account_id)
    known = vouched(session, row.account_id) and confirmed(session, row)
    return Identity(
        row.account_id,
        account.name,
        account.pseudonym,
        # Whoever set this password, or made this link, may not be the person, before somebody has
        # vouched for it.
        held - {Role.SERVICE} if known else frozenset(),
        f"{means(row.issuer)}; {f'signing key {key.key_id}' if key else 'no signing key'}",
        session=OpenSession(row_id(row), secret.encode()),
    )


def means(issuer: str | None) -> str:
    """How somebody signed in, as every sign-off prints it."""
    return f"OpenID Connect by {issuer}" if issuer else AUTHENTICATION


def confirmed(session: Session, row: LoginSession) -> bool:
    """Whether a password began the session, or a link that its person has confirmed."""
    if row.issuer is None:
        return True
    link = session.get(AccountLink, row.account_id)
    return link is not None and link.issuer == row.issuer and link.confirmed_at is not None


def _by_token(session: Session, text: str, now: str) -> Identity:
    row = _token(session, text)
    if row is None:
        raise NotPermitted("the token is unknown", todo="an admin makes one: `registry tokens`")
    if row.revoked_at is not None:
        raise NotPermitted(f"the token {row.id} was revoked")
    if not row.created_at <= now < row.expires_at:
        raise NotPermitted(
            f"the token {row.id} has expired",
            expected=f"a time before {row.expires_at}",
            todo="an admin makes another: `registry tokens create`",
        )
    account = session.get_one(Account, row.account_id)
    _require_active(account)
    return Identity(
        row.account_id,
        account.name,
        account.pseudonym,
        roles_of(session, row.account_id) & {Role.SERVICE},
        f"access token {row.id}",
        scopes=frozenset(json.loads(row.scopes)),
    )


def _token(session: Session, text: str) -> Token | None:
    found = _TOKEN.fullmatch(text)
    row = session.get(Token, found[1]) if found else None
    if found is None or row is None:
        return None
    return row if hmac.compare_digest(row.digest, secret_digest(found[2])) else None


def _require_active(account: Account) -> None:
    if account.deactivated_at is not None:
        raise NotPermitted(
            f"the account {account.name} is deactivated", expected="an account that may still act"
        )

"""Signing in by a provider of identities: what it vouched for, matched with the accounts here.

No account is ever made by it. The protocol itself is `registry.web.oidc`'s.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from registry.clock import moment, stamp
from registry.errors import NotPermitted
from registry.records import Account, LoginSession, SignInFlow
from registry.store.database import writing
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, OpenSession, Work
from registry.workflow.people.acting import as_account
from registry.workflow.people.addresses import count_failure, require_patience
from registry.workflow.people.links import linked
from registry.workflow.people.login import Started, start
from registry.workflow.people.lookup import secret_digest
from registry.workflow.people.proven import means, require_session

FLOW_MINUTES = 15
"""How long a browser may stay at the provider."""
DRIFT_SECONDS = 30
"""How far the provider's clock and this one may differ."""


@dataclass(frozen=True)
class Flow:
    """A browser on its way to the provider and back; ``state`` is known to that browser alone."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    kept: str = "[]"
    session_id: int | None = None
    started_at: str = ""


@dataclass(frozen=True)
class Vouched:
    """What a checked ID token says: who, by the claim of the settings, and when they proved it."""

    issuer: str
    claim: str
    value: str = field(repr=False)
    auth_time: int | None = None


def begin_flow(context: Context, browser: str, kept: str, *, again: bool) -> Flow:
    """A new flow of the browser with this secret; ``again``: of who is signed in and signs."""
    session_id = _held(context).id if again else None
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    flow = Flow(state, nonce, verifier, kept, session_id, context.now())
    with writing(context.engine, log=False) as session:
        old = stamp(context.clock() - timedelta(minutes=FLOW_MINUTES))
        session.connection().execute(delete(SignInFlow).where(col(SignInFlow.started_at) < old))
        session.add(
            SignInFlow(
                state=secret_digest(flow.state),
                browser=secret_digest(browser),
                nonce=flow.nonce,
                verifier=flow.verifier,
                kept=flow.kept,
                session_id=session_id,
                started_at=flow.started_at,
            )
        )
    return flow


def _held(context: Context) -> OpenSession:
    """The session of whoever is signed in; raises `NotPermitted` where nobody is."""
    if context.identity is None or context.identity.session is None:
        raise NotPermitted("nobody is signed in")
    return context.identity.session


def take_flow(context: Context, state: str, browser: str, address: str) -> Flow:
    """The flow of this state, which is used up; raises `NotPermitted` for every other."""
    require_patience(context, address)
    with writing(context.engine, log=False) as session:
        row = session.get(SignInFlow, secret_digest(state))
        found = None
        if row is not None:
            found = (row.browser, row.nonce, row.verifier, row.kept, row.session_id, row.started_at)
            session.delete(row)
    old = stamp(context.clock() - timedelta(minutes=FLOW_MINUTES))
    if found is None or not hmac.compare_digest(found[0], secret_digest(browser)) or found[5] < old:
        raise refused(context, address, "a state that is not this browser's, or was used already")
    return Flow(state, found[1], found[2], found[3], found[4], found[5])


def refused(context: Context, address: str, reason: str) -> NotPermitted:
    """The error for whoever came back with something wrong, recorded and counted."""
    with writing(context.engine) as session:
        count_failure(session, address, context.now())
        Work(context, session).record(
            "login",
            "attempt.refused",
            outcome=NotPermitted.outcome,
            details={"reason": reason, "account": None},
        )
    return NotPermitted(
        "signing in was refused",
        expected="an answer of the provider's to a question of this browser's, for an account "
        "that an admin has linked",
        todo="sign in again; the log has the reason",
    )


def sign_in(context: Context, vouched: Vouched, address: str) -> Started:
    """A browser's session of the account that is linked; raises `NotPermitted` where none is."""
    with writing(context.engine) as session:
        account = _account(Work(context, session), vouched)
        if account is not None:
            return start(Work(context, session), account, browser=True, issuer=vouched.issuer)
    raise refused(context, address, "no account is linked to this identity, or it is deactivated")


def prove_again(context: Context, flow: Flow, vouched: Vouched) -> None:
    """The provider asked the person anew: the session that asked for it may sign now."""
    with attempt(context, "reauthenticate") as work:
        row = work.session.get(LoginSession, flow.session_id or 0, populate_existing=True)
        account = _account(work, vouched)
        if row is None or account is None or row.account_id != account.id:
            raise NotPermitted("another person proved themselves than the one who signs")
        require_session(row, context.now())
        _require_asked_anew(flow, vouched)
        event = as_account(work, account, means(vouched.issuer)).record(
            "reauthenticate", "session.reauthenticated", details={"session": row.id}
        )
        row.reauthenticated_at = event.at
        work.session.add(row)
        work.session.flush()


def _require_asked_anew(flow: Flow, vouched: Vouched) -> None:
    """Not by a session that the provider still had: ``max_age=0`` is only a wish of ours."""
    began = moment(flow.started_at).timestamp() - DRIFT_SECONDS
    if vouched.auth_time is None or vouched.auth_time < began:
        raise NotPermitted(
            "the provider did not ask anew",
            expected="an auth_time after the question was put",
            todo="the provider must support max_age and auth_time (OpenID Connect Core, 3.1.2.1)",
        )


def _account(work: Work, vouched: Vouched) -> Account | None:
    link = linked(work.session, vouched.issuer, vouched.claim, vouched.value)
    account = work.session.get(Account, link.account_id) if link else None
    return account if account is not None and account.deactivated_at is None else None

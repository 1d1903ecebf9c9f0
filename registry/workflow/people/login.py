"""Signing in and out: a password and a one-time code give a session of eight hours."""

import base64
import secrets
from dataclasses import dataclass, field, replace

from sqlmodel import Session, select

from registry.clock import moment
from registry.errors import NotPermitted
from registry.records import Account, Credential, KnownDevice, LoginSession
from registry.store.database import reading, writing
from registry.workflow.context import Context, Work
from registry.workflow.find import row_id
from registry.workflow.people import totp
from registry.workflow.people.acting import as_account
from registry.workflow.people.addresses import count_failure, require_patience
from registry.workflow.people.devices import known, remember
from registry.workflow.people.guessing import clear, count_anew, fail, refuses_strangers
from registry.workflow.people.lookup import later, secret_digest
from registry.workflow.people.proven import means
from registry.workflow.people.sealing import decoy, seal_by_key, unseal
from registry.workflow.people.signing import use_step

HOURS = 8


@dataclass(frozen=True)
class Started:
    """A session; ``secret`` is known to whoever holds it and to nobody else.

    ``device`` is what the device shows from now on when it signs in, where a password did.
    """

    name: str
    expires_at: str
    secret: str = field(repr=False)
    device: str = field(default="", repr=False)


def login(
    context: Context, name: str, address: str | None = None, device: str | None = None
) -> Started:
    """Sign in. Raises one and the same `NotPermitted` whatever was wrong, in like time.

    ``address`` is where a browser asks from, which has to wait after many failures
    (`TooManyAttempts`); its session ends when it is idle. ``device`` is what the last sign-in there
    gave: where the account knows it, nobody else's failures are waited for.
    """
    with reading(context.engine) as session:
        sealed, owner = _sealed(session, name, context)
        stranger = _device(session, _found(session, name), device, context.now()) is None
    if stranger:
        require_patience(context, address)
    password, code = context.secrets.password(), context.secrets.code()
    second = unseal(sealed, password, owner)
    with writing(context.engine) as session:
        work = Work(context, session)
        refused = _refusal(work, name, sealed, second, code, device)
        if refused is None and second is not None:
            return _start(work, name, second, device, browser=address is not None)
        _count(work, name, refused or "unknown", device)
        count_failure(session, address, context.now())
    raise NotPermitted(
        "signing in was refused",
        expected="the name of an enrolled account, its password, and a code not used before",
        todo="after five failures an account waits for a minute, then longer each time, but on a "
        "device where its person signed in before; a lost password is reset by an admin",
    )


def _sealed(session: Session, name: str, context: Context) -> tuple[bytes, str]:
    """What the password opens; for an unknown name what nothing opens."""
    found = _found(session, name)
    if found is None:
        return decoy(context.cost), "nobody"
    return bytes(found[1].sealed), f"credential of {found[0].pseudonym}"


def _found(session: Session, name: str) -> tuple[Account, Credential] | None:
    return session.exec(
        select(Account, Credential)
        .where(Credential.account_id == Account.id)
        .where(Account.name == name)
    ).first()


def _device(
    session: Session, found: tuple[Account, Credential] | None, device: str | None, now: str
) -> KnownDevice | None:
    return known(session, row_id(found[0]), device, now) if found else None


def _refusal(
    work: Work, name: str, sealed: bytes, second: bytes | None, code: str, device: str | None
) -> str | None:
    """Why not, for the log alone; uses the code if there is nothing against it."""
    found, now = _found(work.session, name), work.context.now()
    if found is None:
        return "the account is unknown or not enrolled"
    account, credential = found
    if account.deactivated_at is not None:
        return "the account is deactivated"
    stranger = _device(work.session, found, device, now) is None
    if stranger and refuses_strangers(credential, now):
        return "the account is locked after wrong passwords or codes"
    if second is None or bytes(credential.sealed) != sealed:
        return "the password is wrong"
    step = totp.accepted(second, code, moment(now), credential.step)
    if step is None or not use_step(work.session, credential, step):
        return "the one-time code is wrong, or was used already"
    (clear if stranger else count_anew)(credential)
    work.session.add(credential)
    return None


def _count(work: Work, name: str, refused: str, device: str | None) -> None:
    """Record the failure. The name that was typed stays out of it: it may be a password."""
    found, now = _found(work.session, name), work.context.now()
    if found is not None:
        if its_own := _device(work.session, found, device, now):
            its_own.failures += 1
        elif not refuses_strangers(found[1], now):
            fail(found[1], now)
        work.session.flush()
    work.record(
        "login",
        "attempt.refused",
        outcome=NotPermitted.outcome,
        details={"reason": refused, "account": found[0].pseudonym if found else None},
    )


def _start(work: Work, name: str, second: bytes, device: str | None, *, browser: bool) -> Started:
    found = _found(work.session, name)
    if found is None:
        raise NotPermitted("the account is gone")
    begun = start(work, found[0], second, browser=browser)
    return replace(begun, device=remember(work, row_id(found[0]), device))


def start(
    work: Work, account: Account, second: bytes = b"", *, browser: bool, issuer: str | None = None
) -> Started:
    """Inside a transaction: a session of eight hours.

    It holds the secret of the one-time codes, but for one that an ``issuer`` vouches for.
    """
    now, raw = work.context.now(), secrets.token_bytes(32)
    secret = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    row = LoginSession(
        account_id=row_id(account),
        digest=secret_digest(secret),
        sealed=seal_by_key(second, raw) if issuer is None else b"",
        started_at=now,
        expires_at=later(now, hours=HOURS),
        seen_at=now if browser else None,
        issuer=issuer,
    )
    work.session.add(row)
    work.session.flush()
    said = {"session": row.id, "digest": session_digest(row)}
    as_account(work, account, means(issuer)).record(
        "login", "session.started", details=said | ({"issuer": issuer} if issuer else {})
    )
    return Started(account.name, row.expires_at, secret)


def session_digest(row: LoginSession) -> str:
    """What the log says of a session; it opens nothing."""
    return "sha256:" + secret_digest(row.digest)


def logout(context: Context) -> str:
    """End the session; returns whose it was. Raises `NotPermitted` where nobody is signed in."""
    identity = context.identity
    if identity is None or identity.session is None:
        raise NotPermitted("nobody is signed in", todo="run `registry login NAME`")
    with writing(context.engine) as session:
        end_sessions(Work(context, session), identity.account_id, only=identity.session.id)
    return identity.name


def end_sessions(
    work: Work, account_id: int, *, only: int | None = None, but: int | None = None
) -> None:
    """End sessions of an account, each with its event."""
    rows = work.session.exec(
        select(LoginSession)
        .where(LoginSession.account_id == account_id)
        .where(LoginSession.ended_at == None)  # noqa: E711
    ).all()
    for row in rows:
        if row.id == but or (only is not None and row.id != only):
            continue
        event = work.record("logout", "session.ended", details={"session": row.id})
        row.ended_at = event.at
        work.session.add(row)
        work.session.flush()

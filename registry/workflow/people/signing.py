"""Personal signatures over the bytes of a statement.

A person types a passphrase while nothing is locked: a workflow calls `ready` before it opens its
transaction and `signature` inside it, which checks everything again.
"""

import base64
from dataclasses import dataclass, replace

from sqlalchemy import update
from sqlmodel import Session, col

from registry.clock import moment
from registry.errors import IntegrityFailure, NotPermitted
from registry.log.signature import verify
from registry.records import Account, Credential, KeyState, LoginSession, PersonalKey
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context, Identity, UnlockedKey, Work
from registry.workflow.find import row_id
from registry.workflow.people.guessing import WrongSecret, clear, locked
from registry.workflow.people.lookup import key_in, later
from registry.workflow.people.proven import require_session
from registry.workflow.people.reauthentication import require_recent
from registry.workflow.people.sealing import unseal, unseal_by_key
from registry.workflow.people.totp import accepted

IDLE_MINUTES = 30
"""After so long without a signature the next one asks for both components again."""


@dataclass(frozen=True)
class PersonalSignature:
    """64 bytes of Ed25519 over a statement, by the person's key ``key_id``.

    ``public_key`` is its 32 bytes in base64.
    """

    key_id: str
    public_key: str
    value: bytes


def ready(context: Context, action: str, **subject: str) -> Context:
    """The context with the person's key unsealed, before any transaction is open.

    Unchanged in local mode, and where nobody acts (whose role is asked for later). Raises
    `NotPermitted`, logged as a refused ``action``, as `signature` does.
    """
    identity = context.identity
    if context.settings.mode == "local" or identity is None:
        return context
    _require_proven_anew(context, identity)
    with refusals_logged(context, action, **subject):
        with reading(context.engine) as session:
            sitting, key = _standing(session, identity, context.now())
            asks = _code_needed(sitting, context.now())
        unlocked = _unlock(context, key, asks)
    return replace(context, identity=replace(identity, unlocked=unlocked))


def asks_code(context: Context) -> bool:
    """Whether the next signature takes a one-time code as well; False where nobody can sign."""
    identity = context.identity
    if context.settings.mode == "local" or identity is None or identity.session is None:
        return False
    with reading(context.engine) as session:
        sitting = session.get_one(LoginSession, identity.session.id)
        return _both_needed(sitting, context.now())


def signature(work: Work, identity: Identity, statement: bytes) -> PersonalSignature | None:
    """The person's signature over ``statement``; None in local mode, where nobody proves a name.

    Raises `NotPermitted` for a session that is over, a service, a key that does not sign (any
    more), a wrong passphrase, or, at the first signing of a session and after thirty minutes
    without one, a wrong one-time code; a session that a provider of identities began needs a new
    proof of the provider's in place of the code. The attempt around it logs the refusal.
    """
    context, session = work.context, work.session
    if context.settings.mode == "local":
        return None
    now = context.now()
    sitting, key = _standing(session, identity, now)
    if _both_needed(sitting, now):
        require_recent(sitting, now)
    asks = _code_needed(sitting, now)
    unlocked = identity.unlocked or _unlock(context, key, asks)
    if unlocked.key_id != key.key_id:
        raise NotPermitted("the key was changed while this was being signed", todo="sign again")
    if asks:
        _require_code(work, identity, sitting, key, unlocked.code)
    value = _sign(unlocked.seed, statement)
    _require_own(key, value, statement)
    clear(key)
    sitting.signed_at = now
    session.add(key)
    session.add(sitting)
    session.flush()
    public = base64.b64encode(bytes(key.public)).decode()
    return PersonalSignature(key.key_id, public, value)


def _standing(session: Session, identity: Identity, now: str) -> tuple[LoginSession, PersonalKey]:
    """The person's session and active key as they are now; raises `NotPermitted`."""
    if identity.session is None:
        raise NotPermitted(
            "a service never signs" if identity.scopes is not None else "nobody is signed in",
            expected="a person who signed in with `registry login`",
        )
    sitting = session.get_one(LoginSession, identity.session.id)
    require_session(sitting, now)
    account = session.get_one(Account, identity.account_id)
    if sitting.account_id != row_id(account) or account.deactivated_at is not None:
        raise NotPermitted(f"the account {account.name} is deactivated")
    key = _signing_key(session, account)
    if locked(key, now):
        raise NotPermitted(
            f"the key of {account.name} is locked after wrong passphrases or codes",
            expected=f"a signing after {key.locked_until}",
        )
    return sitting, key


def _signing_key(session: Session, account: Account) -> PersonalKey:
    key = key_in(session, row_id(account), *KeyState)
    if key is None:
        raise NotPermitted(
            f"{account.name} has no signing key",
            todo=f"an admin runs `registry accounts enrol {account.name}`",
        )
    if key.state == KeyState.PENDING:
        raise NotPermitted(
            f"the key of {account.name} signs nothing before a second person has approved it",
            todo="another admin or a compliance officer runs `registry keys approve "
            f"{account.name} --key ID`",
        )
    if key.state != KeyState.ACTIVE:
        raise NotPermitted(
            f"the key of {account.name} is {key.state} since {key.valid_until}",
            todo=f"an admin runs `registry accounts reset-password {account.name}`",
        )
    return key


def _both_needed(sitting: LoginSession, now: str) -> bool:
    return sitting.signed_at is None or later(sitting.signed_at, minutes=IDLE_MINUTES) <= now


def _code_needed(sitting: LoginSession, now: str) -> bool:
    return sitting.issuer is None and _both_needed(sitting, now)


def _require_proven_anew(context: Context, identity: Identity) -> None:
    """Raise `ReauthenticateFirst` where that comes first: a step on the way, and no attempt."""
    if identity.session is None:
        return
    with reading(context.engine) as session:
        sitting = session.get_one(LoginSession, identity.session.id)
        if _both_needed(sitting, context.now()):
            require_recent(sitting, context.now())


def _unlock(context: Context, key: PersonalKey, asks: bool) -> UnlockedKey:
    passphrase = context.secrets.passphrase()
    code = context.secrets.code() if asks else None
    seed = unseal(bytes(key.sealed or b""), passphrase, key.key_id)
    if seed is None:
        raise WrongSecret("the passphrase does not open the signing key", PersonalKey, row_id(key))
    return UnlockedKey(key.key_id, seed, code)


def _require_code(
    work: Work, identity: Identity, sitting: LoginSession, key: PersonalKey, code: str | None
) -> None:
    """The second component, used once; raises `WrongSecret`."""
    if code is None:
        raise NotPermitted("the session was idle too long to sign by passphrase alone")
    credential = work.session.get(Credential, identity.account_id)
    held = identity.session
    secret = held and unseal_by_key(bytes(sitting.sealed), _raw(held.secret))
    if credential is None or not secret:
        raise NotPermitted("the session has no second factor", todo="run `registry login NAME`")
    step = accepted(secret, code, moment(work.context.now()), credential.step)
    if step is None or not use_step(work.session, credential, step):
        raise WrongSecret(
            "the one-time code is wrong, or was used already",
            PersonalKey,
            row_id(key),
            todo="wait for the next code",
        )


def use_step(session: Session, credential: Credential, step: int) -> bool:
    """Mark a time step as used; False if a later one was, in the meantime."""
    changed = session.connection().execute(
        update(Credential)
        .where(col(Credential.account_id) == credential.account_id)
        .where(col(Credential.step) < step)
        .values(step=step)
    )
    session.refresh(credential)
    return changed.rowcount == 1


def _raw(secret: bytes) -> bytes:
    return base64.urlsafe_b64decode(secret + b"=" * (-len(secret) % 4))


def _sign(seed: bytes, statement: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).sign(statement)


def _require_own(key: PersonalKey, value: bytes, statement: bytes) -> None:
    """What was unsealed must belong to the public key that everybody verifies with."""
    if not verify(bytes(key.public), value, statement):
        raise IntegrityFailure(
            f"the sealed key {key.key_id} is not the one of its public key",
            todo="run `registry audit verify` and find out who changed it",
        )

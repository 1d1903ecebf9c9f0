"""Enrolment: with a one-time code a person sets a password, a second factor and a signing key."""

import secrets
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from registry.clock import moment
from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.log.canonical import digest_bytes
from registry.log.signature import key_id
from registry.records import Account, Credential, Enrolment, KeyState, PersonalKey, Role
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context, Work
from registry.workflow.find import row_id
from registry.workflow.people import totp
from registry.workflow.people.acting import as_account
from registry.workflow.people.issuing import normal
from registry.workflow.people.lookup import APPROVERS, public_digest, roles_of, secret_digest
from registry.workflow.people.sealing import Cost, seal
from registry.workflow.people.strength import require_strong


@dataclass(frozen=True)
class Enrolled:
    """What came of it. ``uri`` goes into an authenticator app and is shown this once."""

    name: str
    key_id: str
    approved: bool
    uri: str


@dataclass(frozen=True)
class _Made:
    """New secrets, sealed, before anything is stored."""

    public: bytes
    key: bytes
    credential: bytes
    uri: str
    step: int


def enrol(context: Context, name: str, code: str, password: str, passphrase: str) -> Enrolled:
    """Use the code; raises `NotPermitted`, the same for an unknown name and a wrong code.

    The key signs nothing, and the account does nothing, before a second person has approved it;
    see `may_begin` for the exception.
    """
    _require_words(name, password, passphrase)
    with refusals_logged(context, "enrol"), reading(context.engine) as session:
        account, _ = _opened(session, name, code, context.now())
        label = account.pseudonym
    made = _make(name, label, password, passphrase, context)
    with attempt(context, "enrol") as work:
        account, enrolment = _opened(work.session, name, code, context.now())
        _use(work, enrolment)
        return _store(as_account(work, account, "enrolment code"), account, enrolment, made)


def _require_words(name: str, password: str, passphrase: str) -> None:
    require_strong(password, "password", name)
    require_strong(passphrase, "passphrase", name)
    if password == passphrase:
        raise InvalidInput(
            "the passphrase is the password",
            expected="two secrets, so that one alone signs nothing",
        )


def _opened(session: Session, name: str, code: str, now: str) -> tuple[Account, Enrolment]:
    found = session.exec(
        select(Account, Enrolment)
        .where(Enrolment.account_id == Account.id)
        .where(Account.name == name)
        .where(Enrolment.digest == secret_digest(normal(code)))
    ).first()
    usable = (
        found is not None
        and found[0].deactivated_at is None
        and found[1].used_at is None
        and found[1].issued_at <= now < found[1].expires_at
    )
    if found is None or not usable:
        raise NotPermitted(
            "the enrolment code is not valid for this name",
            expected="a code that was not used, not replaced, and is at most three days old",
            todo="an admin issues one with `registry accounts enrol NAME`",
        )
    return found


def _make(name: str, label: str, password: str, passphrase: str, context: Context) -> _Made:
    second = totp.new_secret()
    seed, public = new_key()
    return _Made(
        public,
        seal(seed, passphrase, key_id(public), context.cost),
        seal_credential(second, password, label, context.cost),
        totp.uri(second, name, f"registry {context.settings.folder.name}"),
        totp.step_of(moment(context.now())) - 2,
    )


def new_key() -> tuple[bytes, bytes]:
    """A new seed and its public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = secrets.token_bytes(32)
    return seed, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def seal_credential(second: bytes, password: str, pseudonym: str, cost: Cost) -> bytes:
    """The secret of the one-time codes under the password, bound to the account."""
    return seal(second, password, f"credential of {pseudonym}", cost)


def _use(work: Work, enrolment: Enrolment) -> None:
    changed = work.session.connection().execute(
        update(Enrolment)
        .where(col(Enrolment.id) == enrolment.id)
        .where(col(Enrolment.used_at).is_(None))
        .values(used_at=work.context.now())
    )
    if changed.rowcount != 1:
        raise Conflict("the enrolment code was used a moment ago")


def _store(work: Work, account: Account, enrolment: Enrolment, made: _Made) -> Enrolled:
    session, now = work.session, work.context.now()
    if session.get(Credential, row_id(account)) is not None:
        raise Conflict(f"{account.name} is enrolled already")
    begins = may_begin(session, account)
    key = PersonalKey(
        account_id=row_id(account),
        key_id=key_id(made.public),
        public=made.public,
        sealed=made.key,
        state=KeyState.PENDING,
        made_at=now,
        issued_by=enrolment.issued_by,
        failures=0,
    )
    session.add(key)
    session.add(
        Credential(
            account_id=row_id(account),
            sealed=made.credential,
            step=made.step,
            failures=0,
            changed_at=now,
        )
    )
    session.flush()
    _record(work, account, key, made)
    if begins:
        _begin(work, account, key)
    return Enrolled(account.name, key.key_id, begins, made.uri)


def _record(work: Work, account: Account, key: PersonalKey, made: _Made) -> None:
    issuer = work.session.get(Account, key.issued_by) if key.issued_by else None
    work.record(
        "enrol",
        "key.enrolled",
        details={
            "account": account.pseudonym,
            "key": key.key_id,
            "public": public_digest(key),
            "credential": digest_bytes(made.credential),
            "issuer": issuer.pseudonym if issuer else None,
        },
    )


def may_begin(session: Session, account: Account) -> bool:
    """Whether a registry's first two people are not complete, and this is one of them.

    Nobody could approve their keys. They are an admin and whoever may approve with him; people are
    counted who were ever approved, so resetting or deactivating one brings nothing of it back.
    """
    approved = set(
        session.exec(
            select(PersonalKey.account_id).where(col(PersonalKey.valid_from).is_not(None))
        ).all()
    )
    roles = roles_of(session, row_id(account))
    if not approved:
        return Role.ADMIN in roles
    return len(approved) == 1 and row_id(account) not in approved and bool(roles & APPROVERS)


def _begin(work: Work, account: Account, key: PersonalKey) -> None:
    event = work.record(
        "enrol",
        "key.approved",
        details={"account": account.pseudonym, "key": key.key_id, "begins": True},
    )
    key.state, key.valid_from = KeyState.ACTIVE, event.at
    work.session.add(key)
    work.session.flush()

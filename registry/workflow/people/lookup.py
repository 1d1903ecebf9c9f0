"""Finds accounts, keys and credentials."""

import hashlib
from datetime import timedelta

from sqlmodel import Session, col, select

from registry.clock import moment, stamp
from registry.errors import Conflict, NotFound
from registry.records import Account, AccountRole, KeyState, PersonalKey, Role

APPROVERS = frozenset({Role.ADMIN, Role.COMPLIANCE_OFFICER})
"""Who may approve another person's key."""


def account_named(session: Session, name: str) -> Account:
    """The account ``name``; raises `NotFound`."""
    found = session.exec(select(Account).where(Account.name == name)).first()
    if found is None:
        raise NotFound(
            f"there is no account {name!r}", expected="a name of `registry accounts list`"
        )
    return found


def active_account(session: Session, name: str) -> Account:
    """The account ``name``; raises `Conflict` if it is deactivated."""
    found = account_named(session, name)
    if found.deactivated_at is not None:
        raise Conflict(f"the account {name!r} is deactivated, and stays so")
    return found


def roles_of(session: Session, account_id: int) -> frozenset[Role]:
    """The roles that an account holds."""
    found = session.exec(select(AccountRole.role).where(AccountRole.account_id == account_id))
    return frozenset(map(Role, found))


def key_in(session: Session, account_id: int, *states: KeyState) -> PersonalKey | None:
    """The account's newest key in one of these states."""
    return session.exec(
        select(PersonalKey)
        .where(PersonalKey.account_id == account_id)
        .where(col(PersonalKey.state).in_(states))
        .order_by(col(PersonalKey.id).desc())
        .limit(1)
    ).first()


def keys_at(session: Session, account_id: int, at: str) -> list[PersonalKey]:
    """The account's keys that could sign at a stored time."""
    rows = session.exec(
        select(PersonalKey)
        .where(PersonalKey.account_id == account_id)
        .where(col(PersonalKey.valid_from) <= at)
        .order_by(col(PersonalKey.id))
    )
    return [row for row in rows if row.valid_until is None or at < row.valid_until]


def vouched(session: Session, account_id: int) -> bool:
    """Whether the account's newest key was approved, whatever became of it since.

    A key that is revoked while it waits leaves its account as unproven as it was.
    """
    newest = key_in(session, account_id, *KeyState)
    return newest is not None and newest.valid_from is not None


def public_digest(key: PersonalKey) -> str:
    """What events say of a key, so that one that was swapped is found."""
    return "sha256:" + hashlib.sha256(bytes(key.public)).hexdigest()


def secret_digest(secret: str) -> str:
    """What is stored of a random secret of 100 bits and more; fewer would need a slow hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def later(now: str, **span: float) -> str:
    """A stored time, moved on."""
    return stamp(moment(now) + timedelta(**span))

"""Compares accounts, roles, keys, credentials, sessions and tokens with what the log tells."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session, select

from registry.log.canonical import digest_bytes
from registry.log.signature import key_id, verify
from registry.records import (
    Account,
    AccountLink,
    AccountRole,
    Credential,
    LoginSession,
    PersonalKey,
    Token,
)
from registry.workflow.find import row_id
from registry.workflow.people.links import link_digest
from registry.workflow.people.login import session_digest
from registry.workflow.people.lookup import public_digest, secret_digest
from registry.workflow.people.rotation import rotation_statement
from registry.workflow.verifying.told import Log, Told, differences, pseudonym

Facts = dict[object, object]
_ENDS = {"key.revoked": "revoked", "key.destroyed": "destroyed"}


def account_problems(session: Session, log: Log) -> Iterator[str]:
    """Accounts that are not those of the log: their names, roles, and whether they may act."""
    stored: Facts = {}
    for row in session.exec(select(Account)):
        named = hashlib.sha256(f"{row.salt}:{row.name}".encode()).hexdigest()[:16]
        if row.pseudonym != f"p-{named}":
            yield f"account {row.pseudonym}: its name is not the one it was made with"
        roles = session.exec(select(AccountRole.role).where(AccountRole.account_id == row_id(row)))
        stored[row.pseudonym] = (sorted(roles), row.deactivated_at)
    yield from differences("account", stored, _accounts_told(log))


def _accounts_told(log: Log) -> Facts:
    """Roles after every grant and revocation, in their order."""
    roles: dict[object, set[str]] = {}
    ended: dict[object, str] = {}
    for one in log:
        account = one.details.get("account")
        if one.fact == "account.added":
            roles[account] = set(one.details.get("roles", ()))
        elif one.fact == "role.granted":
            roles.setdefault(account, set()).add(str(one.details.get("role")))
        elif one.fact == "role.revoked":
            roles.setdefault(account, set()).discard(str(one.details.get("role")))
        elif one.fact == "account.deactivated":
            ended[account] = one.at
    return {account: (sorted(held), ended.get(account)) for account, held in roles.items()}


def people_problems(session: Session, log: Log) -> Iterator[str]:
    """Keys, credentials, sessions and tokens that are not those of the log."""
    yield from _keys(session, log)
    yield from _credentials(session, log)
    yield from _sessions(session, log)
    yield from _links(session, log)
    yield from _tokens(session, log)


def _keys(session: Session, log: Log) -> Iterator[str]:
    stored: Facts = {}
    for row in session.exec(select(PersonalKey)):
        if row.key_id != key_id(bytes(row.public)):
            yield f"key {row.key_id}: its public key has another id"
        stored[row.key_id] = {
            "account": pseudonym(session, row.account_id),
            "public": public_digest(row),
            "state": row.state,
            "from": row.valid_from,
            "until": row.valid_until,
            "approver": pseudonym(session, row.approved_by),
            "issuer": pseudonym(session, row.issued_by),
            "reason": row.reason,
            "compromised": row.compromised_from,
        }
    yield from differences("key", stored, _keys_told(log))
    yield from _rotations(session, log)
    yield from _approvals(log)


def _keys_told(log: Log) -> Mapping[object, object]:
    keys: dict[object, dict[str, object]] = {}
    for one in log:
        key = keys.get(str(one.details.get("key")))
        if one.fact in ("key.enrolled", "key.rotated"):
            keys[str(one.details.get("key"))] = _new(one)
        if one.fact == "key.rotated" and (old := keys.get(str(one.details.get("old")))):
            old |= {"state": "rotated", "until": one.at}
        elif one.fact == "key.approved" and key:
            approver = None if one.details.get("begins") else one.actor
            key |= {"state": "active", "from": one.at, "approver": approver}
        elif one.fact in _ENDS and key:
            key |= {
                "state": _ENDS[one.fact],
                "until": key["until"] or one.at,
                "reason": one.details.get("reason"),
                "compromised": one.details.get("compromised"),
            }
    return keys


def _new(one: Told) -> dict[str, object]:
    rotated = one.fact == "key.rotated"
    return {
        "account": one.details.get("account"),
        "public": one.details.get("public"),
        "state": "active" if rotated else "pending",
        "from": one.at if rotated else None,
        "until": None,
        "approver": None,
        "issuer": one.details.get("issuer"),
        "reason": None,
        "compromised": None,
    }


def _rotations(session: Session, log: Log) -> Iterator[str]:
    """A key that nobody approved must bear the signature of the one before it."""
    public = {row.key_id: bytes(row.public) for row in session.exec(select(PersonalKey))}
    for one in log:
        if one.fact == "key.rotated" and not _signed(one, public):
            yield f"key {one.details.get('key')}: the key before it did not sign for it"


def _approvals(log: Log) -> Iterator[str]:
    """A key needs a second person, but for those of the first two people."""
    enrolled: dict[object, Told] = {}
    approved: set[object] = set()
    for one in log:
        key, account = one.details.get("key"), one.details.get("account")
        if one.fact == "key.enrolled":
            enrolled[key] = one
        elif one.fact == "key.approved":
            made = enrolled.get(key)
            issuer = made.details.get("issuer") if made else None
            alone = len(approved) >= 2 if one.details.get("begins") else one.actor == issuer
            if made is None or alone or (one.actor == account and not one.details.get("begins")):
                yield f"key {key}: no second person approved it"
            approved.add(account)


def _signed(one: Told, public: Mapping[str, bytes]) -> bool:
    said: Mapping[str, Any] = one.details
    names = ("account", "old", "key", "public", "signed_at")
    account, old, new, digest, at = (str(said.get(name)) for name in names)
    try:
        value = base64.b64decode(str(said.get("signature")), validate=True)
    except ValueError:
        return False
    statement = rotation_statement(account, old, new, digest, at)
    return verify(public.get(old, b""), value, statement)


def _credentials(session: Session, log: Log) -> Iterator[str]:
    stored: Facts = {
        pseudonym(session, row.account_id): digest_bytes(bytes(row.sealed))
        for row in session.exec(select(Credential))
    }
    told: Facts = {}
    for one in log:
        if one.fact in ("key.enrolled", "password.changed"):
            told[one.details.get("account")] = one.details.get("credential")
        elif one.fact == "password.reset":
            told.pop(one.details.get("account"), None)
    yield from differences("credential of", stored, told)


def _sessions(session: Session, log: Log) -> Iterator[str]:
    stored: Facts = {
        row.id: (pseudonym(session, row.account_id), session_digest(row), row.ended_at, row.issuer)
        for row in session.exec(select(LoginSession))
    }
    ended = {one.details.get("session"): one.at for one in log if one.fact == "session.ended"}
    told: Facts = {
        (number := one.details.get("session")): (
            one.actor,
            one.details.get("digest"),
            ended.get(number),
            one.details.get("issuer"),
        )
        for one in log
        if one.fact == "session.started"
    }
    yield from differences("session", stored, told)


def _links(session: Session, log: Log) -> Iterator[str]:
    stored: Facts = {}
    for row in session.exec(select(AccountLink)):
        account = session.get_one(Account, row.account_id)
        digest = link_digest(account, row.issuer, row.claim, row.value)
        stored[account.pseudonym] = (digest, row.confirmed_at)
    told: Facts = {}
    for one in log:
        account_told = one.details.get("account")
        if one.fact == "account.linked":
            told[account_told] = (one.details.get("identity"), None)
        elif one.fact == "account.unlinked":
            told.pop(account_told, None)
        elif one.fact == "account.link-confirmed" and isinstance(told.get(account_told), tuple):
            told[account_told] = (told[account_told][0], one.at)  # type: ignore[index]
    yield from differences("link of", stored, told)


def _tokens(session: Session, log: Log) -> Iterator[str]:
    stored: Facts = {
        row.id: (
            pseudonym(session, row.account_id),
            _listed(row.scopes),
            row.expires_at,
            "sha256:" + secret_digest(row.digest),
            (row.revoked_at, pseudonym(session, row.revoked_by)),
        )
        for row in session.exec(select(Token))
    }
    revoked = {
        one.details.get("token"): (one.at, one.actor) for one in log if one.fact == "token.revoked"
    }
    keys = ("account", "scopes", "expires", "digest")
    told: Facts = {
        (name := one.details.get("token")): (
            *(one.details.get(key) for key in keys),
            revoked.get(name, (None, None)),
        )
        for one in log
        if one.fact == "token.created"
    }
    yield from differences("token", stored, told)


def _listed(scopes: str) -> object:
    try:
        return json.loads(scopes)
    except ValueError:
        return scopes

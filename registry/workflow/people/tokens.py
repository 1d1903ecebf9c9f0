"""Access tokens of services: scoped, expiring, revocable, and known here by digest only."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session

from registry.errors import Conflict, InvalidInput, NotFound, NotPermitted
from registry.records import Account, Role, Token
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.people.lookup import active_account, later, roles_of, secret_digest
from registry.workflow.people.times import end_of
from registry.workflow.permissions import SCOPES, require

MOST_DAYS = 366


@dataclass(frozen=True)
class Created:
    """A token; ``text`` is what the service shows, and is printed this once."""

    id: str
    expires_at: str
    text: str = field(repr=False)


def create_token(context: Context, name: str, scopes: Collection[str], expires_at: str) -> Created:
    """A token for the service ``name``, good for ``scopes`` until the moment ``expires_at``."""
    _require_scopes(scopes)
    with attempt(context, "create-token") as work:
        identity = require(context, "create-token")
        _require_signed_in(context)
        _require_soon(expires_at, context.now())
        account = active_account(work.session, name)
        if roles_of(work.session, row_id(account)) != {Role.SERVICE}:
            raise InvalidInput(
                f"{name} is not a service", expected="an account with the role service alone"
            )
        return _create(work, identity, account, sorted(set(scopes)), expires_at)


def create_until(
    context: Context, name: str, scopes: Collection[str], expires: str | None, days: int | None
) -> Created:
    """The same until the end of a day, or for so many days."""
    return create_token(context, name, scopes, end_of(context, expires, days))


def revoke_token(context: Context, token_id: str) -> None:
    """From now on the token is worth nothing."""
    with attempt(context, "revoke-token") as work:
        require(context, "revoke-token")
        row = work.session.get(Token, token_id)
        if row is None:
            raise NotFound(f"there is no token {token_id!r}", todo="run `registry tokens list`")
        if row.revoked_at is not None:
            raise Conflict(f"the token {token_id} was revoked already")
        end_token(work, row)


def end_token(work: Work, row: Token) -> None:
    """Inside a transaction: revoke a token."""
    identity = work.context.identity
    event = work.record("revoke-token", "token.revoked", details={"token": row.id})
    row.revoked_at = event.at
    row.revoked_by = identity.account_id if identity else None
    work.session.add(row)
    work.session.flush()


def _require_scopes(scopes: Collection[str]) -> None:
    unknown = sorted(set(scopes) - SCOPES)
    if unknown or not scopes:
        raise InvalidInput(
            f"no token is good for {unknown[0]!r}" if unknown else "a token needs a scope",
            expected=" or ".join(sorted(SCOPES)),
        )


def _require_signed_in(context: Context) -> None:
    if context.settings.mode == "local":
        raise NotPermitted(
            "in local mode anybody can claim to be an admin, so no token is made",
            expected='mode = "signed-in" in registry.toml',
        )


def _require_soon(expires_at: str, now: str) -> None:
    if not now < expires_at <= later(now, days=MOST_DAYS):
        raise InvalidInput(
            f"a token ends within {MOST_DAYS} days",
            expected=f"a time after now and until {later(now, days=MOST_DAYS)}",
        )


def _create(
    work: Work, identity: Identity, account: Account, scopes: list[str], expires_at: str
) -> Created:
    secret, name = secrets.token_urlsafe(32), _free_id(work.session)
    row = Token(
        id=name,
        account_id=row_id(account),
        digest=secret_digest(secret),
        scopes=json.dumps(scopes),
        created_by=identity.account_id,
        created_at=work.context.now(),
        expires_at=expires_at,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        "create-token",
        "token.created",
        details={
            "token": name,
            "account": account.pseudonym,
            "scopes": scopes,
            "expires": expires_at,
            "digest": "sha256:" + secret_digest(row.digest),
        },
    )
    return Created(name, expires_at, f"reg_{name}_{secret}")


def _free_id(session: Session) -> str:
    while session.get(Token, name := secrets.token_hex(4)) is not None:
        pass
    return name

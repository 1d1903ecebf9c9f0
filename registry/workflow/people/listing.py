"""What there is of keys and tokens: no secret is among it."""

import json

from sqlmodel import col, select

from registry.records import Account, PersonalKey, Token
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import account_name
from registry.workflow.people.lookup import account_named

Row = dict[str, object]


def keys(context: Context, name: str | None = None) -> list[Row]:
    """Every key, or those of one account, oldest first."""
    with reading(context.engine) as session:
        query = select(PersonalKey, Account).where(PersonalKey.account_id == Account.id)
        if name is not None:
            query = query.where(Account.id == account_named(session, name).id)
        return [
            {
                "key": key.key_id,
                "account": account.name,
                "state": key.state,
                "from": key.valid_from,
                "until": key.valid_until,
                "reason": key.reason,
                "compromised_from": key.compromised_from,
                "approved_by": account_name(session, key.approved_by),
            }
            for key, account in session.exec(query.order_by(col(PersonalKey.id)))
        ]


def tokens(context: Context) -> list[Row]:
    """Every token, oldest first, and how it stands now."""
    now = context.now()
    with reading(context.engine) as session:
        found = session.exec(
            select(Token, Account)
            .where(Token.account_id == Account.id)
            .order_by(col(Token.created_at), col(Token.id))
        )
        return [
            {
                "token": token.id,
                "account": account.name,
                "scopes": json.loads(token.scopes),
                "state": _state(token, now),
                "expires_at": token.expires_at,
                "created_by": account_name(session, token.created_by),
            }
            for token, account in found
        ]


def whoami(context: Context) -> Row:
    """Who acts here, and how that is known; the name is None where nobody does."""
    identity = context.identity
    if identity is None:
        return {"name": None, "roles": [], "authentication": "none"}
    return {
        "name": identity.name,
        "roles": sorted(identity.roles),
        "authentication": identity.authentication,
        "scopes": None if identity.scopes is None else sorted(identity.scopes),
    }


def _state(token: Token, now: str) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "in force" if now < token.expires_at else "expired"

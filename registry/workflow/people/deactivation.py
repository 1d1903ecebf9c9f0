"""Deactivates an account: it does nothing more, and all that it did stays readable."""

from sqlalchemy import update
from sqlmodel import col, select

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Account, KeyState, Token
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.people.login import end_sessions
from registry.workflow.people.lookup import active_account, key_in
from registry.workflow.people.revocation import end_key
from registry.workflow.people.tokens import end_token
from registry.workflow.permissions import require


@once("deactivate-account")
def deactivate(context: Context, name: str, reason: str) -> None:
    """End sessions, tokens and keys of ``name``, for good; an account is never deleted."""
    if not reason.strip():
        raise InvalidInput("a deactivation needs a reason", todo="say why with --reason TEXT")
    with attempt(context, "deactivate-account", account=name) as work:
        identity = require(context, "deactivate-account")
        account = active_account(work.session, name)
        if identity.account_id == account.id:
            raise NotPermitted("nobody deactivates their own account", expected="another admin")
        _end_all(work, account)
        event = work.record(
            "deactivate-account",
            "account.deactivated",
            details={"account": account.pseudonym, "reason": reason},
        )
        _mark(work, account, event.at)


def _end_all(work: Work, account: Account) -> None:
    end_sessions(work, row_id(account))
    while key := key_in(work.session, row_id(account), KeyState.ACTIVE, KeyState.PENDING):
        end_key(work, account, key, KeyState.REVOKED, "account deactivated")
    tokens = select(Token).where(Token.account_id == account.id, col(Token.revoked_at).is_(None))
    for token in work.session.exec(tokens).all():
        end_token(work, token)


def _mark(work: Work, account: Account, at: str) -> None:
    changed = work.session.connection().execute(
        update(Account)
        .where(col(Account.id) == account.id)
        .where(col(Account.deactivated_at).is_(None))
        .values(deactivated_at=at)
    )
    if changed.rowcount != 1:
        raise Conflict("the account was deactivated a moment ago")
    work.session.refresh(account)

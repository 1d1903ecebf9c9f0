"""Grants and revokes roles; the log keeps who held what, and when."""

from sqlmodel import Session

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Account, AccountRole, Role
from registry.workflow.add_account import require_separable
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.people.lookup import account_named, active_account, roles_of
from registry.workflow.permissions import require


def grant_role(context: Context, name: str, role: Role) -> None:
    """Give ``name`` a role; raises `InvalidInput` where it cannot stand beside the others."""
    with attempt(context, "grant-role", account=name) as work:
        identity = require(context, "grant-role")
        account = active_account(work.session, name)
        held = _changeable(work.session, identity, account, role)
        if role in held:
            raise Conflict(f"{name} holds the role {role} already")
        require_separable(held | {role})
        work.session.add(
            AccountRole(account_id=row_id(account), role=role, granted_at=context.now())
        )
        work.session.flush()
        _record(work, "grant-role", "role.granted", account, role)


def revoke_role(context: Context, name: str, role: Role) -> None:
    """Take a role from ``name``; one active admin always remains."""
    with attempt(context, "revoke-role", account=name) as work:
        identity = require(context, "revoke-role")
        account = account_named(work.session, name)
        if role not in _changeable(work.session, identity, account, role):
            raise Conflict(f"{name} does not hold the role {role}")
        work.session.delete(work.session.get_one(AccountRole, (row_id(account), role.value)))
        work.session.flush()
        _record(work, "revoke-role", "role.revoked", account, role)


def _changeable(
    session: Session, identity: Identity, account: Account, role: Role
) -> frozenset[Role]:
    """The roles that an account holds; raises `NotPermitted` for one's own."""
    if identity.account_id == account.id:
        # An admin who acts is thereby one who remains when another is gone.
        raise NotPermitted("nobody changes their own roles", expected="another admin")
    held = roles_of(session, row_id(account))
    if Role.SERVICE in held | {role}:
        raise InvalidInput(
            "a service stays one, and a person never becomes one",
            todo="add an account with --role service",
        )
    return held


def _record(work: Work, action: str, fact: str, account: Account, role: Role) -> None:
    work.record(action, fact, details={"account": account.pseudonym, "role": role})

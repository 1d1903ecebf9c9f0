"""Adds an account. The first of a new registry must be an admin, and anybody may add that one."""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable

from sqlmodel import select

from registry.errors import Conflict, InvalidInput
from registry.records import Account, AccountRole, Role
from registry.workflow.attempt import attempt
from registry.workflow.context import UNIDENTIFIED, Context, Work
from registry.workflow.find import row_id
from registry.workflow.permissions import require

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,62}")


def add_account(context: Context, name: str, roles: Iterable[Role]) -> Account:
    """Add ``name`` with ``roles``; raises `Conflict` if the name is taken."""
    with attempt(context, "add-account") as work:
        return _add(work, name, sorted(set(roles)))


def add_with_code(context: Context, name: str, roles: Iterable[Role]) -> tuple[Account, str]:
    """Add ``name`` and issue a code to enrol with; see `registry.workflow.people.enrolment`."""
    from registry.workflow.people.issuing import issue

    with attempt(context, "add-account") as work:
        account = _add(work, name, sorted(set(roles)))
        return account, issue(work, account, context.identity)


def _add(work: Work, name: str, wanted: list[Role]) -> Account:
    require_account_name(name)
    require_separable(wanted)
    if not _bootstrap(work, wanted):
        require(work.context, "add-account")
    if work.session.exec(select(Account).where(Account.name == name)).first():
        raise Conflict(f"the account {name!r} exists already", todo="choose another name")
    return _insert(work, name, wanted)


def require_account_name(name: str) -> None:
    """Raise `InvalidInput` unless ``name`` can be an account's."""
    if not _NAME.fullmatch(name) or name == UNIDENTIFIED or name.startswith("p-"):
        raise InvalidInput(
            f"{name!r} cannot be an account name",
            expected="a lower-case letter, then up to 62 letters, digits, '.', '_' or '-'; "
            "not p-... or unidentified, by which the log knows actors",
        )


def require_separable(roles: Collection[Role]) -> None:
    """An admin and a service never sign, whatever else they hold, so they hold nothing else.

    Raises `InvalidInput`.
    """
    for alone in (Role.ADMIN, Role.SERVICE):
        if alone in roles and len(roles) > 1:
            raise InvalidInput(
                f"the role {alone} cannot be combined with others",
                expected=f"--role {alone} alone, or roles of a person",
                todo="add a second account for the other roles",
            )


def _bootstrap(work: Work, roles: list[Role]) -> bool:
    if work.session.exec(select(Account.id)).first() is not None:
        return False
    if roles != [Role.ADMIN]:
        raise InvalidInput(
            "the first account of a registry must be its admin",
            expected="--role admin and no other role",
            todo="run `registry accounts add NAME --role admin`, then add the others --as NAME",
        )
    return True


def _insert(work: Work, name: str, roles: list[Role]) -> Account:
    salt = secrets.token_hex(16)
    pseudonym = "p-" + hashlib.sha256(f"{salt}:{name}".encode()).hexdigest()[:16]
    now = work.context.now()
    account = Account(name=name, salt=salt, pseudonym=pseudonym, created_at=now)
    work.session.add(account)
    work.session.flush()
    for role in roles:
        work.session.add(AccountRole(account_id=row_id(account), role=role, granted_at=now))
    work.record(
        "add-account", "account.added", details={"account": pseudonym, "roles": list(roles)}
    )
    return account

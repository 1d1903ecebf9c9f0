"""Issues enrolment codes: the one thing by which an admin helps a person to sign in."""

import base64
import secrets

from sqlalchemy import update
from sqlmodel import Session, col, select

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Account, AccountRole, Credential, Enrolment, PersonalKey, Role
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.people.lookup import active_account, later, roles_of, secret_digest
from registry.workflow.permissions import require

_DAYS = 3


def issue_enrolment(context: Context, name: str) -> str:
    """A code with which ``name``, who cannot sign in yet, enrols; raises `Conflict` otherwise."""
    with attempt(context, "issue-enrolment") as work:
        identity = require(context, "issue-enrolment")
        return issue(work, active_account(work.session, name), identity)


def first_code(context: Context, name: str) -> str | None:
    """A code for the admin of a registry in which nobody has enrolled yet, else None."""
    with attempt(context, "issue-enrolment") as work:
        if _ever(work.session):
            return None
        return issue(work, active_account(work.session, name), None)


def first_admin(context: Context) -> tuple[str, str] | None:
    """The admin of a registry in which nobody has enrolled yet, with a code for them; else None."""
    with reading(context.engine) as session:
        if context.settings.mode == "local" or _ever(session):
            return None
        name = session.exec(
            select(Account.name)
            .where(AccountRole.account_id == Account.id)
            .where(AccountRole.role == Role.ADMIN)
            .where(col(Account.deactivated_at).is_(None))
            .order_by(col(Account.id))
        ).first()
    code = first_code(context, name) if name else None
    return (name, code) if name and code else None


def issue(work: Work, account: Account, issuer: Identity | None) -> str:
    """Inside a transaction: a code, which replaces every earlier one of the account."""
    session = work.session
    _require_able(session, account, issuer)
    now, code = work.context.now(), _new_code()
    session.connection().execute(
        update(Enrolment)
        .where(col(Enrolment.account_id) == account.id)
        .where(col(Enrolment.used_at).is_(None))
        .values(expires_at=now)
    )
    enrolment = Enrolment(
        account_id=row_id(account),
        digest=secret_digest(normal(code)),
        issued_by=issuer.account_id if issuer and _ever(session) else None,
        issued_at=now,
        expires_at=later(now, days=_DAYS),
    )
    session.add(enrolment)
    session.flush()
    work.record(
        "issue-enrolment",
        "enrolment.issued",
        details={"account": account.pseudonym, "expires": enrolment.expires_at},
    )
    return code


def normal(code: str) -> str:
    """A code as it was issued, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def _require_able(session: Session, account: Account, issuer: Identity | None) -> None:
    roles = roles_of(session, row_id(account))
    if Role.SERVICE in roles:
        raise InvalidInput(
            f"{account.name} is a service, and services do not sign in",
            todo=f"run `registry tokens create --account {account.name}`",
        )
    if session.get(Credential, row_id(account)) is not None:
        raise Conflict(
            f"{account.name} is enrolled already",
            todo=f"run `registry accounts reset-password {account.name}` if access was lost",
        )
    if not _ever(session):
        _require_first(account, roles)
    elif issuer is not None and issuer.account_id == account.id:
        raise NotPermitted("nobody issues an enrolment code to themselves")


def _require_first(account: Account, roles: frozenset[Role]) -> None:
    if Role.ADMIN not in roles:
        raise Conflict(
            "the first to enrol is an admin, who then issues codes to the others",
            todo="run `registry accounts enrol` for the admin, then `registry keys enrol`",
        )


def _ever(session: Session) -> bool:
    return session.exec(select(PersonalKey.id).limit(1)).first() is not None


def _new_code() -> str:
    """100 random bits as five groups of four letters."""
    letters = base64.b32encode(secrets.token_bytes(13)).decode()[:20]
    return "-".join(letters[start : start + 4] for start in range(0, 20, 4))

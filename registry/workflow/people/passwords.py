"""Passwords change by whoever knows the old one; an admin's reset ends all that it opened."""

from sqlmodel import Session

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.log.canonical import digest_bytes
from registry.records import Account, Credential, KeyState, KnownDevice, Role
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.people.devices import forget, known
from registry.workflow.people.enrolment import seal_credential
from registry.workflow.people.guessing import WrongSecret, clear, locked
from registry.workflow.people.issuing import issue
from registry.workflow.people.login import end_sessions
from registry.workflow.people.lookup import active_account, key_in, roles_of
from registry.workflow.people.revocation import end_key
from registry.workflow.people.sealing import unseal
from registry.workflow.people.strength import require_strong
from registry.workflow.permissions import require


def change_password(context: Context, new: str, device: str | None = None) -> None:
    """Change one's own password, knowing the old one; other sessions of the person end.

    ``device`` is as in `login`: where it is known, nobody else's failures are waited for.
    """
    identity = _person(context)
    require_strong(new, "password", identity.name)
    old = context.secrets.password()
    with refusals_logged(context, "change-password"):
        with reading(context.engine) as session:
            mine = known(session, identity.account_id, device, context.now())
            before = _credential(session, identity, None if mine else context.now())
        second = unseal(before, old, f"credential of {identity.pseudonym}")
        if second is None:
            raise _wrong(identity, mine)
    sealed = seal_credential(second, new, identity.pseudonym, context.cost)
    with attempt(context, "change-password") as work:
        _replace(work, identity, before, sealed)


def _person(context: Context) -> Identity:
    if context.identity is None or context.identity.session is None:
        raise NotPermitted("nobody is signed in", todo="run `registry login NAME`")
    return context.identity


def _wrong(identity: Identity, mine: KnownDevice | None) -> WrongSecret:
    if mine is None or mine.id is None:
        return WrongSecret("the password is wrong", Credential, identity.account_id)
    return WrongSecret("the password is wrong", KnownDevice, mine.id)


def _credential(session: Session, identity: Identity, waits_at: str | None) -> bytes:
    row = session.get(Credential, identity.account_id)
    if row is None or (waits_at is not None and locked(row, waits_at)):
        raise NotPermitted("the password is locked after wrong attempts, or was reset")
    return bytes(row.sealed)


def _replace(work: Work, identity: Identity, before: bytes, sealed: bytes) -> None:
    row = work.session.get(Credential, identity.account_id)
    if row is None or bytes(row.sealed) != before:
        raise Conflict("the password was changed or reset a moment ago")
    row.sealed, row.changed_at = sealed, work.context.now()
    clear(row)
    work.session.add(row)
    work.session.flush()
    work.record(
        "change-password",
        "password.changed",
        details={"account": identity.pseudonym, "credential": digest_bytes(sealed)},
    )
    held = identity.session
    end_sessions(work, identity.account_id, but=held.id if held else None)


def reset_password(context: Context, name: str) -> str:
    """End a person's password, second factor, key and sessions; returns a new enrolment code.

    The admin learns nothing that signs: the key is destroyed, and the next one needs the approval
    of somebody else.
    """
    with attempt(context, "reset-password", account=name) as work:
        identity = require(context, "reset-password")
        account = active_account(work.session, name)
        _require_other_person(work.session, identity, account)
        end_sessions(work, row_id(account))
        _destroy_keys(work, account)
        forget(work.session, row_id(account))
        work.session.delete(work.session.get_one(Credential, row_id(account)))
        work.session.flush()
        work.record("reset-password", "password.reset", details={"account": account.pseudonym})
        return issue(work, account, identity)


def _require_other_person(session: Session, identity: Identity, account: Account) -> None:
    if identity.account_id == account.id:
        raise NotPermitted("nobody resets their own password", expected="another admin")
    if Role.SERVICE in roles_of(session, row_id(account)):
        raise InvalidInput(f"{account.name} is a service and has no password")
    if session.get(Credential, row_id(account)) is None:
        raise Conflict(
            f"{account.name} has no password",
            todo=f"run `registry accounts enrol {account.name}`",
        )


def _destroy_keys(work: Work, account: Account) -> None:
    while key := key_in(work.session, row_id(account), KeyState.ACTIVE, KeyState.PENDING):
        end_key(work, account, key, KeyState.DESTROYED, "password reset")

"""A second person vouches for a new key: it is that of the person whose name it bears."""

from sqlalchemy import update
from sqlmodel import Session, col

from registry.errors import Conflict, NotPermitted
from registry.records import Account, KeyState, PersonalKey
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.people.lookup import active_account, key_in, public_digest
from registry.workflow.permissions import require


def approve_key(context: Context, name: str, key_id: str) -> PersonalKey:
    """Approve the waiting key of ``name``, if it is ``key_id``.

    Raises `NotPermitted` for the person and for the admin who issued the code, `Conflict` if no
    key waits or another one does.
    """
    number = _approve(context, name, key_id)
    with reading(context.engine) as session:
        return session.get_one(PersonalKey, number)


@once("approve-key")
def _approve(context: Context, name: str, key_id: str) -> int:
    """The number of the key, and not the key, whose seed would be kept with the result."""
    with attempt(context, "approve-key", account=name) as work:
        identity = require(context, "approve-key")
        account = active_account(work.session, name)
        key = _waiting(work.session, account, key_id)
        _require_second(identity, account, key)
        event = work.record(
            "approve-key",
            "key.approved",
            details={
                "account": account.pseudonym,
                "key": key.key_id,
                "public": public_digest(key),
                "begins": False,
            },
        )
        _activate(work.session, key, identity, event.at)
        return row_id(key)


def _waiting(session: Session, account: Account, key_id: str) -> PersonalKey:
    key = key_in(session, row_id(account), KeyState.PENDING)
    if key is None:
        raise Conflict(f"no key of {account.name} waits for approval")
    if key_id != key.key_id:
        raise Conflict(
            f"the key of {account.name} that waits is another one",
            expected=f"{key_id}, found {key.key_id}",
            todo=f"ask {account.name} for the key's id, in person",
        )
    return key


def _require_second(identity: Identity, account: Account, key: PersonalKey) -> None:
    if identity.account_id == account.id:
        raise NotPermitted("nobody approves their own key", expected="a second person")
    if identity.account_id == key.issued_by:
        raise NotPermitted(
            f"{identity.name} issued the code that {account.name} enrolled with",
            expected="a second person, who did not",
            todo="another admin or a compliance officer approves it",
        )


def _activate(session: Session, key: PersonalKey, identity: Identity, now: str) -> None:
    changed = session.connection().execute(
        update(PersonalKey)
        .where(col(PersonalKey.id) == key.id)
        .where(col(PersonalKey.state) == KeyState.PENDING)
        .values(state=KeyState.ACTIVE, approved_by=identity.account_id, valid_from=now)
    )
    if changed.rowcount != 1:
        raise Conflict("the key was approved or ended a moment ago")
    session.refresh(key)

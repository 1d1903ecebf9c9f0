"""Revokes a key: from now on, or from the time since when it may be in other hands."""

from sqlmodel import Session, select

from registry.errors import Conflict, InvalidInput, NotFound
from registry.records import Account, KeyState, PersonalKey
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.find import row_id
from registry.workflow.people.lookup import account_named, key_in
from registry.workflow.permissions import require

_FACTS = {KeyState.REVOKED: "key.revoked", KeyState.DESTROYED: "key.destroyed"}


def revoke_key(
    context: Context,
    name: str,
    reason: str,
    *,
    key_id: str | None = None,
    compromised_from: str | None = None,
) -> PersonalKey:
    """Revoke the key of ``name``: one's own, or another's as admin or compliance officer.

    What it signed before stays valid, but for what it signed from ``compromised_from`` on.
    """
    if not reason.strip():
        raise InvalidInput("a revocation needs a reason", todo="say why with --reason TEXT")
    with attempt(context, "revoke-key", account=name) as work:
        account = account_named(work.session, name)
        _require_able(context, account)
        key = _key(work.session, account, key_id, compromised_from is not None)
        _require_past(key, compromised_from, context.now())
        end_key(work, account, key, KeyState.REVOKED, reason, compromised_from)
        return key


def _require_able(context: Context, account: Account) -> None:
    identity = context.identity
    own = identity is not None and identity.account_id == account.id
    if not (own and identity is not None and identity.session is not None):
        require(context, "revoke-key")


def _key(session: Session, account: Account, key_id: str | None, compromised: bool) -> PersonalKey:
    if key_id is None:
        key = key_in(session, row_id(account), KeyState.ACTIVE, KeyState.PENDING)
        if key is None:
            raise Conflict(f"{account.name} has no key in use")
        return key
    key = session.exec(
        select(PersonalKey)
        .where(PersonalKey.key_id == key_id)
        .where(PersonalKey.account_id == account.id)
    ).first()
    if key is None:
        raise NotFound(f"{account.name} has no key {key_id}", todo="run `registry keys list`")
    over = key.state not in (KeyState.ACTIVE, KeyState.PENDING)
    if over and (not compromised or key.compromised_from is not None):
        raise Conflict(f"the key {key_id} is {key.state} already")
    return key


def _require_past(key: PersonalKey, compromised_from: str | None, now: str) -> None:
    if compromised_from is not None and not key.made_at <= compromised_from <= now:
        raise InvalidInput(
            "a key is compromised from a time between its making and now",
            expected=f"a time from {key.made_at} to {now}",
        )


def end_key(
    work: Work,
    account: Account,
    key: PersonalKey,
    state: KeyState,
    reason: str,
    compromised_from: str | None = None,
) -> None:
    """Inside a transaction: end a key. Its seed is gone with it; its public part stays."""
    event = work.record(
        "revoke-key",
        _FACTS[state],
        details={
            "account": account.pseudonym,
            "key": key.key_id,
            "reason": reason,
            "compromised": compromised_from,
        },
    )
    key.state, key.sealed, key.reason = state, None, reason
    key.valid_until = key.valid_until or event.at
    key.compromised_from = compromised_from
    work.session.add(key)
    work.session.flush()

"""Revokes a key: from now on, or from the time since when it may be in other hands."""

from sqlmodel import Session, select

from registry.clock import moment
from registry.errors import Conflict, InvalidInput, NotFound
from registry.records import Account, KeyState, PersonalKey
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.people.lookup import account_named, key_in, keys_at
from registry.workflow.people.times import moment_typed
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

    What it signed before stays valid, but for what it signed from ``compromised_from`` on: a time,
    or a day, of which the part counts in which there was the key.
    """
    if not reason.strip():
        raise InvalidInput("a revocation needs a reason", todo="say why with --reason TEXT")
    number = _revoke(context, name, reason, key_id, compromised_from)
    with reading(context.engine) as session:
        return session.get_one(PersonalKey, number)


@once("revoke-key")
def _revoke(
    context: Context, name: str, reason: str, key_id: str | None, compromised_from: str | None
) -> int:
    """The number of the key."""
    typed = moment_typed(compromised_from) if compromised_from is not None else None
    with attempt(context, "revoke-key", account=name) as work:
        account = account_named(work.session, name)
        _require_able(context, account)
        key = _key(work.session, account, key_id, compromised_from is not None)
        since = key.made_at if _day_of(key) == compromised_from else typed
        _require_past(work.session, key, since, context.now())
        end_key(work, account, key, KeyState.REVOKED, reason, since)
        return row_id(key)


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


def _day_of(key: PersonalKey) -> str:
    """The day on which it was made, as people type it."""
    return moment(key.made_at).date().isoformat()


def _require_past(session: Session, key: PersonalKey, since: str | None, now: str) -> None:
    """Raise `InvalidInput` where the key was not there; of others that were, one may be meant."""
    if since is None or key.made_at <= since <= now:
        return
    stood = [one.key_id for one in keys_at(session, key.account_id, since)]
    others = f"; the key that stood then is named with --key {stood[0]}" if stood else ""
    raise InvalidInput(
        f"the key {key.key_id} was not there at {since}",
        expected=f"a time between its making and now: from {key.made_at} to {now}{others}",
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

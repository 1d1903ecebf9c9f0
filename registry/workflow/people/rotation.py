"""Rotates a key: the old one signs for the new one, so that nobody else has to vouch for it."""

import base64

from registry.errors import NotPermitted
from registry.log.canonical import canonical
from registry.log.signature import key_id
from registry.records import KeyState, PersonalKey
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.people.enrolment import new_key
from registry.workflow.people.lookup import key_in, public_digest
from registry.workflow.people.sealing import seal
from registry.workflow.people.signing import PersonalSignature, ready, signature
from registry.workflow.people.strength import require_strong


def rotate_key(context: Context, passphrase: str) -> PersonalKey:
    """A new key under a new passphrase; the old one's is asked for, as for every signature."""
    number = _rotated(context, passphrase)
    with reading(context.engine) as session:
        return session.get_one(PersonalKey, number)


@once("rotate-key", secret="passphrase")
def _rotated(context: Context, passphrase: str) -> int:
    """The number of the key, and not the key, whose seed would be kept with the result."""
    identity = context.identity
    if identity is None or identity.session is None:
        raise NotPermitted("nobody is signed in", todo="run `registry login NAME`")
    require_strong(passphrase, "passphrase", identity.name)
    context = ready(context, "rotate-key")
    seed, public = new_key()
    sealed = seal(seed, passphrase, key_id(public), context.cost)
    with attempt(context, "rotate-key") as work:
        identity = context.identity or identity
        return row_id(_rotate(work, identity, public, sealed))


def rotation_statement(pseudonym: str, old: str, new: str, public: str, at: str) -> bytes:
    """What the old key signs."""
    return canonical(
        {
            "action": "rotate-key",
            "account": pseudonym,
            "old": old,
            "new": new,
            "public": public,
            "at": at,
        }
    )


def _rotate(work: Work, identity: Identity, public: bytes, sealed: bytes) -> PersonalKey:
    now = work.context.now()
    new = PersonalKey(
        account_id=identity.account_id,
        key_id=key_id(public),
        public=public,
        sealed=sealed,
        state=KeyState.ACTIVE,
        made_at=now,
        failures=0,
    )
    old = key_in(work.session, identity.account_id, KeyState.ACTIVE)
    said = old.key_id if old else ""
    statement = rotation_statement(identity.pseudonym, said, new.key_id, public_digest(new), now)
    signed = signature(work, identity, statement)
    if old is None or signed is None:
        raise NotPermitted(f"{identity.name} has no signing key")
    _supersede(work, identity, old, new, signed)
    return new


def _supersede(
    work: Work, identity: Identity, old: PersonalKey, new: PersonalKey, signed: PersonalSignature
) -> None:
    event = work.record(
        "rotate-key",
        "key.rotated",
        details={
            "account": identity.pseudonym,
            "old": old.key_id,
            "key": new.key_id,
            "public": public_digest(new),
            "signed_at": new.made_at,
            "signature": base64.b64encode(signed.value).decode(),
        },
    )
    old.state, old.sealed, old.valid_until = KeyState.ROTATED, None, event.at
    new.valid_from = event.at
    work.session.add(old)
    work.session.add(new)
    work.session.flush()

"""What a key's signature was worth at the time it was made."""

from dataclasses import dataclass

from sqlmodel import Session, select

from registry.log.signature import verify
from registry.records import Account, PersonalKey


@dataclass(frozen=True)
class SignedBy:
    """A key as of a time: whose it is, and what speaks against what it signed then."""

    account_id: int
    pseudonym: str
    public: bytes
    against: str | None


def key_as_of(session: Session, key_id: str, at: str) -> SignedBy | None:
    """The key ``key_id`` as it stood at the stored time ``at``; None if there is none."""
    key = session.exec(select(PersonalKey).where(PersonalKey.key_id == key_id)).first()
    if key is None:
        return None
    owner = session.get_one(Account, key.account_id)
    return SignedBy(key.account_id, owner.pseudonym, bytes(key.public), _against(key, at))


def signature_problem(
    session: Session, account_id: int, key_id: str, value: bytes, statement: bytes, at: str
) -> str | None:
    """Why a stored signature does not hold, or None where it does."""
    key = key_as_of(session, key_id, at)
    if key is None:
        return f"its key {key_id} is unknown"
    if key.account_id != account_id:
        return f"its key {key_id} is another person's"
    if not verify(key.public, value, statement):
        return f"the signature is not that of the key {key_id}"
    return key.against


def _against(key: PersonalKey, at: str) -> str | None:
    if key.valid_from is None or at < key.valid_from:
        return f"the key {key.key_id} was not approved then"
    if key.compromised_from is not None and at >= key.compromised_from:
        return f"the key {key.key_id} was compromised then"
    if key.valid_until is not None and at > key.valid_until:
        return f"the key {key.key_id} was {key.state} before"
    return None

"""Whether the signature under a statement is the one of its signer's own key."""

from typing import Protocol

from sqlmodel import Session, col, select

from registry.log.signature import key_id, verify
from registry.records import PersonalKey


class SignedRow(Protocol):
    """What stored sign-offs, waivers and the naming of deputies have in common."""

    statement: bytes
    key_id: str | None
    signature: bytes | None


def signature_problem(session: Session, row: SignedRow, signer: int, at: str) -> str | None:
    """What is wrong with a signature that the account ``signer`` made; None if nothing is.

    A row without one is not wrong where its signer had no key: in local mode nobody has one.
    Whether it counts is the policy's to say.
    """
    if row.key_id is None and row.signature is None:
        return _unsigned(session, signer, at)
    if row.key_id is None or row.signature is None:
        return "its signature and its key do not stand together"
    key = session.exec(select(PersonalKey).where(PersonalKey.key_id == row.key_id)).first()
    if key is None or key_id(bytes(key.public)) != row.key_id:
        return f"the key {row.key_id} that signed it is not there"
    if key.account_id != signer:
        return f"the key {row.key_id} that signed it is somebody else's"
    if not verify(bytes(key.public), bytes(row.signature), bytes(row.statement)):
        return f"its signature is not one of the key {row.key_id}"
    if not _valid(key, at):
        return f"the key {row.key_id} was not valid at {at}"
    return None


def _unsigned(session: Session, signer: int, at: str) -> str | None:
    """Whoever holds a key signs with it; without it, others wrote in their name."""
    keys = session.exec(select(PersonalKey).where(PersonalKey.account_id == signer))
    if any(_valid(key, at) for key in keys):
        return "it is unsigned, though its signer held a key"
    return None


def _valid(key: PersonalKey, at: str) -> bool:
    begun = key.valid_from is not None and key.valid_from <= at
    return begun and (key.valid_until is None or at <= key.valid_until)


def distrusted(session: Session) -> dict[str, str]:
    """Keys that others may have used, and since when: what they signed then counts for nothing."""
    rows = session.exec(
        select(PersonalKey.key_id, PersonalKey.compromised_from).where(
            col(PersonalKey.compromised_from).is_not(None)
        )
    )
    return {key: since for key, since in rows if since is not None}

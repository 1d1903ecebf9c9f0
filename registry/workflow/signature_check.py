"""Whether the signature under a statement is the one of its signer's own key."""

from sqlmodel import Session

from registry.records import SignOff


def signature_problem(session: Session, row: SignOff) -> str | None:
    """What is wrong with the signature of a stored sign-off; None if nothing is."""
    if (row.key_id is None) != (row.signature is None):
        return "its signature and its key do not stand together"
    return None

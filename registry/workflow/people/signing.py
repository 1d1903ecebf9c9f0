"""Personal signatures over the bytes of a statement."""

from dataclasses import dataclass

from registry.errors import NotPermitted
from registry.workflow.context import Identity, Work


@dataclass(frozen=True)
class PersonalSignature:
    """64 bytes of Ed25519 over a statement, by the person's key ``key_id`` (32 bytes, base64)."""

    key_id: str
    public_key: str
    value: bytes


def signature(work: Work, identity: Identity, statement: bytes) -> PersonalSignature | None:
    """The person's signature over ``statement``; None in local mode, where nobody proves a name.

    Raises `NotPermitted` for want of a key, a passphrase or, at the first signing of a session, a
    second component.
    """
    if work.context.settings.mode == "local":
        return None
    raise NotPermitted(f"{identity.name} has no signing key")

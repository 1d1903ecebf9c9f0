"""Personal signatures: how a key is called, and whether a signature is that key's."""

from __future__ import annotations

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def key_id(public: bytes) -> str:
    """Eight bytes of SHA-256 of a public key, in base64: they name a key and prove nothing."""
    return base64.b64encode(hashlib.sha256(public).digest()[:8]).decode()


def verify(public: bytes, value: bytes, body: bytes) -> bool:
    """Whether ``value`` is the Ed25519 signature over ``body`` by the key ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, body)
    except (InvalidSignature, ValueError):
        return False
    return True

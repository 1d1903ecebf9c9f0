"""Seals a secret under another: Argon2id makes a key of the words, AES-256-GCM holds the secret.

Salt, cost and nonce stand beside what is sealed and are bound to it: whoever edits one of them, or
moves the whole to another owner, leaves something that does not open. A password is checked by
opening what it seals, so no hash of it is stored besides.
"""

import base64
import json
import secrets
import unicodedata
from dataclasses import dataclass
from threading import Semaphore
from typing import Final

from registry.log.canonical import canonical

AT_ONCE: Final = 4
"""Keys made at a time: each takes 64 MiB, and a server has dozens of threads for who signs in."""
_places = Semaphore(AT_ONCE)
_KEY_BYTES = 32
_MOST_MEMORY_KIB = 1 << 21
"""2 GiB: a row that asks for more was not written here."""


@dataclass(frozen=True)
class Cost:
    """What Argon2id costs: passes, KiB of memory, lanes."""

    passes: int
    memory: int
    lanes: int


LOW_MEMORY = Cost(passes=3, memory=65_536, lanes=4)
"""The second recommended option of RFC 9106, section 4."""


def seal(secret: bytes, words: str, owner: str, cost: Cost) -> bytes:
    """``secret`` under ``words``, bound to ``owner``; JSON that says how it was made."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    made = _made(cost, salt, nonce)
    sealed = AESGCM(_key(words, salt, cost)).encrypt(nonce, secret, _bound(made, owner))
    return canonical({**made, "sealed": _text(sealed)})


def unseal(sealed: bytes, words: str, owner: str) -> bytes | None:
    """The secret, or None if the words, the owner or a byte is not what it was."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        found = json.loads(sealed)
        cost = Cost(found["passes"], found["memory"], found["lanes"])
        salt, nonce, body = (_bytes(found[name]) for name in ("salt", "nonce", "sealed"))
        _require_bounded(cost)
        key = _key(words, salt, cost)
        return AESGCM(key).decrypt(nonce, body, _bound(_made(cost, salt, nonce), owner))
    except (InvalidTag, ValueError, KeyError, TypeError):
        return None


def decoy(cost: Cost) -> bytes:
    """What nothing opens, at the price of opening: an unknown name must not answer sooner."""
    made = _made(cost, secrets.token_bytes(16), secrets.token_bytes(12))
    return canonical({**made, "sealed": _text(secrets.token_bytes(36))})


def seal_by_key(secret: bytes, key: bytes) -> bytes:
    """``secret`` under 32 random bytes, which need no slow derivation."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_derived(key)).encrypt(nonce, secret, None)


def unseal_by_key(sealed: bytes, key: bytes) -> bytes | None:
    """The inverse of `seal_by_key`; None if the key or a byte is not what it was."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_derived(key)).decrypt(sealed[:12], sealed[12:], None)
    except (InvalidTag, ValueError):
        return None


def _derived(key: bytes) -> bytes:
    """Another key than the one whose digest identifies a session."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), _KEY_BYTES, None, b"registry session: second factor").derive(key)


def _key(words: str, salt: bytes, cost: Cost) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    with _places:
        return hash_secret_raw(
            # One spelling of every letter: keyboards compose accents differently.
            unicodedata.normalize("NFKC", words).encode(),
            salt,
            time_cost=cost.passes,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=_KEY_BYTES,
            type=Type.ID,
        )


def _require_bounded(cost: Cost) -> None:
    numbers = (cost.passes, cost.memory, cost.lanes)
    if not all(type(one) is int for one in numbers):
        raise ValueError("costs are whole numbers")
    if not (1 <= cost.passes <= 64 and 1 <= cost.lanes <= 64):
        raise ValueError("nobody seals at this cost")
    if not 8 * cost.lanes <= cost.memory <= _MOST_MEMORY_KIB:
        raise ValueError("nobody seals with this much memory")


def _made(cost: Cost, salt: bytes, nonce: bytes) -> dict[str, object]:
    return {
        "kdf": "argon2id",
        "passes": cost.passes,
        "memory": cost.memory,
        "lanes": cost.lanes,
        "salt": _text(salt),
        "cipher": "aes-256-gcm",
        "nonce": _text(nonce),
    }


def _bound(made: dict[str, object], owner: str) -> bytes:
    return canonical({**made, "owner": owner})


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)

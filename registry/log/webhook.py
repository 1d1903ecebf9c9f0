"""The header that tells a recipient that a notice is the registry's: an HMAC over its bytes.

A recipient can copy this file: it needs nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

HEADER: Final = "X-Registry-Signature"
TIMESTAMP: Final = "X-Registry-Timestamp"
DELIVERY: Final = "X-Registry-Delivery"
TOLERANCE: Final = 300
"""Seconds that a message may be old, or early."""
_SCHEME: Final = "sha256="


def signed(secret: bytes, body: bytes) -> str:
    """The value of the header for ``body``: ``sha256=`` and 64 hexadecimal digits."""
    return _SCHEME + hmac.new(secret, body, hashlib.sha256).hexdigest()


def is_signed(secret: bytes, body: bytes, header: str | None) -> bool:
    """Whether ``header`` is that of ``body``, compared in constant time.

    ``body`` are the bytes as they were received: read as JSON and written again they differ.
    """
    return header is not None and hmac.compare_digest(
        signed(secret, body).encode(), header.strip().encode()
    )


def headers(secret: bytes, number: int, now: int, body: bytes) -> dict[str, str]:
    """The headers of message ``number`` sent at ``now`` (seconds since 1970): the signature covers
    both, so that nobody sends the same message once more as another.
    """
    return {
        TIMESTAMP: str(now),
        DELIVERY: str(number),
        HEADER: signed(secret, _covered(str(now), str(number), body)),
    }


def is_fresh(secret: bytes, body: bytes, given: Mapping[str, str], now: int) -> bool:
    """Whether a message is signed and was sent just now.

    Within the tolerance the same number may come twice, where the first answer was lost: a receiver
    keeps the numbers it has seen for that long, and ignores what it knows.
    """
    sent, number = given.get(TIMESTAMP, ""), given.get(DELIVERY, "")
    recent = sent.isascii() and sent.isdigit() and abs(now - int(sent)) <= TOLERANCE
    return recent and is_signed(secret, _covered(sent, number, body), given.get(HEADER))


def _covered(sent: str, number: str, body: bytes) -> bytes:
    return f"{sent}.{number}.".encode() + body

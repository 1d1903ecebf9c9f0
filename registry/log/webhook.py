"""The header that tells a recipient that a notice is the registry's: an HMAC over its bytes.

A recipient can copy this file: it needs nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

HEADER: Final = "X-Registry-Signature"
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

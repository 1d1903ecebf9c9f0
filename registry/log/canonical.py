"""Canonical bytes (RFC 8785) and their digests: the same facts always give the same bytes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

import rfc8785


def canonical(value: object) -> bytes:
    """``value`` as RFC 8785 JSON.

    An infinity becomes the string "inf" or "-inf" (JSON has no such number); a NaN raises
    ValueError, because a figure that is not a number must be recorded as not measurable instead.
    """
    return rfc8785.dumps(_plain(value))  # type: ignore[arg-type]  # _plain returns JSON types only


def digest(value: object) -> str:
    """``sha256:<hex>`` of the canonical bytes of ``value``."""
    return digest_bytes(canonical(value))


def digest_bytes(data: bytes) -> str:
    """``sha256:<hex>`` of ``data``."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, float):
        if math.isnan(value):
            raise ValueError("NaN has no canonical form")
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(item) for item in value]
    return value

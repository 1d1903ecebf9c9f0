"""Reads JSON and base64 in the one way they may be written; anything else is refused."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Final, NoReturn

import rfc8785

from registry.bundle.causes import CAUSES
from registry.bundle.dictionary import DICTIONARY

MOST_BYTES: Final = 64 * 1024 * 1024


class Refused(ValueError):
    """A bundle that cannot be read as one; ``cause`` is a word of ``registry.bundle.causes``."""

    def __init__(self, cause: str, what: str) -> None:
        assert cause in CAUSES
        super().__init__(what)
        self.cause = cause
        self.what = what


def canonical_json(data: bytes, what: str) -> Any:
    """The value of bytes that are RFC 8785 JSON and nothing else. Raises ``Refused``."""
    return require_canonical(plain_json(data, what), data, what)


def require_canonical(value: Any, data: bytes, what: str) -> Any:
    """``value``, if ``data`` is how RFC 8785 writes it. Raises ``Refused``."""
    try:
        again = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as error:
        raise Refused("non-canonical", f"{what} has no canonical form: {error}") from None
    if again != data:
        raise Refused("non-canonical", f"{what} is not canonical JSON (RFC 8785)")
    return value


def plain_json(data: bytes, what: str) -> Any:
    """The value of JSON in UTF-8 without duplicate keys, NaN or great depth. Raises ``Refused``."""
    try:
        text = data.decode("utf-8")
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused("unreadable", f"{what} is not JSON: {error}") from None


def unbase64(text: object, what: str) -> bytes:
    """The bytes of padded base64 (RFC 4648, section 4), written in one way. Raises ``Refused``."""
    if not isinstance(text, str):
        raise Refused("foreign", f"{what} is not text")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("non-canonical", f"{what} is not base64: {error}") from None
    if base64.b64encode(data).decode() != text:
        raise Refused("non-canonical", f"{what} is base64 that could be written otherwise")
    return data


def inflated(data: bytes, what: str) -> bytes:
    """What a whole zlib stream holds, at most ``MOST_BYTES``. Raises ``Refused``.

    It is not packed again for comparison: two versions of zlib pack the same text differently, and
    the signature lies over the packed bytes.
    """
    unpack = zlib.decompressobj(zdict=DICTIONARY)
    try:
        found = unpack.decompress(data, MOST_BYTES + 1)
    except zlib.error as error:
        raise Refused("malformed", f"{what} cannot be unpacked: {error}") from None
    if len(found) > MOST_BYTES:
        raise Refused("oversize", f"{what} unpacks to more than {MOST_BYTES} bytes")
    if not unpack.eof or unpack.unused_data or not data[1] & 0x20:  # 0x20: with a dictionary
        raise Refused("non-canonical", f"{what} is cut off, or something follows it")
    return found


def require_keys(value: object, keys: frozenset[str], what: str) -> dict[str, Any]:
    """An object with exactly these keys. Raises ``Refused``."""
    if not isinstance(value, dict) or set(value) != keys:
        raise Refused("foreign", f"{what} does not have exactly the keys {', '.join(sorted(keys))}")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("non-canonical", "a key stands twice in one object")
    return found


def _no_number(word: str) -> NoReturn:
    raise Refused("non-canonical", f"{word} is no number of JSON")

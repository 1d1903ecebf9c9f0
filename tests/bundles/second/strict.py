"""Bytes that may be written in one way only: RFC 8785 JSON, base64, notes, Merkle proofs."""

import base64
import hashlib
import json
import math
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SAFE = (1 << 53) - 1


class Refused(Exception):
    """Something is not as the format says; `cause` is the name for it."""

    def __init__(self, cause, why=""):
        super().__init__(f"{cause}: {why}")
        self.cause = cause


# --- JSON ----------------------------------------------------------------------------------------
def _pairs(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("non-canonical", "a key stands twice")
    return found


def _constant(name):
    raise Refused("unreadable", name)


def number(value):
    """A number as ECMAScript writes it."""
    if isinstance(value, int):
        if abs(value) > SAFE:
            raise Refused("non-canonical", "an integer that doubles do not hold")
        return str(value)
    if not math.isfinite(value):
        raise Refused("non-canonical", "not finite")
    if value == 0:
        return "0"
    sign, text = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    n, k = point, len(digits)
    if k <= n <= 21:
        return sign + digits + "0" * (n - k)
    if 0 < n <= 21:
        return f"{sign}{digits[:n]}.{digits[n:]}"
    if -6 < n <= 0:
        return f"{sign}0.{'0' * -n}{digits}"
    power = f"{'+' if n > 0 else '-'}{abs(n - 1)}"
    rest = f".{digits[1:]}" if k > 1 else ""
    return f"{sign}{digits[0]}{rest}e{power}"


def _text(value):
    value.encode()  # a lone surrogate is no text
    return json.dumps(value, ensure_ascii=False)


def written(value):
    """RFC 8785 of a value."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(written, value))}]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(f"{_text(key)}:{written(value[key])}" for key in keys) + "}"


def read(data, what):
    """The value of RFC 8785 bytes."""
    value = parsed(data, what)
    canonical(value, data, what)
    return value


def parsed(data, what):
    """The value of JSON, however it is written."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise Refused("unreadable", f"{what}: {error}") from error


def canonical(value, data, what):
    """Refuse bytes that are not how RFC 8785 writes the value."""
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    try:
        same = written(value) == text
    except (ValueError, RecursionError) as error:
        raise Refused("non-canonical", f"{what}: {error}") from error
    if not same:
        raise Refused("non-canonical", what)


def digest(data):
    data = data.encode() if isinstance(data, str) else data
    return "sha256:" + hashlib.sha256(data).hexdigest()


def decoded(text, what, length=None):
    """The bytes of base64 in the one way it may be written."""
    if not isinstance(text, str):
        raise Refused("malformed", what)
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("non-canonical", what) from error
    if base64.b64encode(data).decode() != text:
        raise Refused("non-canonical", what)
    if length is not None and len(data) != length:
        raise Refused("malformed", what)
    return data


def holds(public, signature, body):
    """Whether an Ed25519 signature is one over the body."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- keys and notes ------------------------------------------------------------------------------
_NAME = re.compile(r"[^\s+]+")


def log_key(text):
    """Name, identity and key of a C2SP verifier key."""
    if not isinstance(text, str):
        raise Refused("malformed", "the log's key")
    name, _, rest = text.partition("+")
    identity, _, material = rest.partition("+")
    raw = decoded(material, "the log's key", 33)
    key = raw[1:]
    if raw[:1] != b"\x01" or not _NAME.fullmatch(name) or not name.isprintable():
        raise Refused("malformed", "the log's key")
    if identity != hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]:
        raise Refused("malformed", "the hash of the log's key")
    return name, identity, key


def checkpoint(text, key, cause):
    """Origin, size and root of a note that the log signed."""
    name, identity, public = key
    try:
        body, gap, below = text.rpartition("\n\n")
        body += "\n"
        if not gap or not below.endswith("\n"):
            raise Refused(cause, "no note")
        if any(char < " " and char != "\n" for char in body):
            raise Refused(cause, "control characters")
        signed = False
        for line in below[:-1].split("\n"):
            mark, who, value = line.split(" ")
            raw = decoded(value, "a note's signature", 68)
            if mark != "\u2014" or not _NAME.fullmatch(who):
                raise Refused(cause, "a signature line")
            if (who, raw[:4].hex()) == (name, identity):
                if not holds(public, raw[4:], body.encode()):
                    raise Refused(cause, "a signature that does not hold")
                signed = True
        origin, size, root, *more = body[:-1].split("\n")
        if not signed or not all(more) or not re.fullmatch(r"0|[1-9][0-9]{0,15}", size):
            raise Refused(cause, "not signed, or no size")
        return origin, int(size), decoded(root, "a root", 32)
    except (ValueError, AttributeError) as error:
        raise Refused(cause, str(error)) from error
    except Refused as error:
        raise Refused(cause, str(error)) from error


# --- the tree (RFC 9162) -------------------------------------------------------------------------
def leaf(body):
    return hashlib.sha256(b"\x00" + body).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(index, size, entry, path, root):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, entry
    for one in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node(one, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node(found, one)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistent(first, second, old, new, path):
    """RFC 9162, section 2.1.4.2; an empty log proves nothing."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and old == new
    path = list(path)
    if first & (first - 1) == 0:
        path = [old, *path]
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for one in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(one, fr), node(one, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, one)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old and sr == new

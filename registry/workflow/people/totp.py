"""Time-based one-time codes (RFC 6238): six digits, thirty seconds, HMAC-SHA1.

SHA-1 because authenticator apps know nothing else reliably; HMAC does not lean on its collisions.
"""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

SECONDS = 30
DIGITS = 6
_DRIFT = 1
"""Steps that a clock may be off, either way."""


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step."""
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    return TOTP(secret, DIGITS, SHA1(), SECONDS).generate(step * SECONDS).decode()


def step_of(moment: datetime) -> int:
    """The time step that ``moment`` lies in."""
    return int(moment.timestamp()) // SECONDS


def accepted(secret: bytes, code: str, now: datetime, last: int) -> int | None:
    """The step whose code this is, later than ``last``, or None: a code is used once.

    A clock that was set back finds its codes used.
    """
    given = code.replace(" ", "").encode()
    around = range(step_of(now) - _DRIFT, step_of(now) + _DRIFT + 1)
    # Every step is compared, so that the time taken says nothing.
    found = [one for one in around if hmac.compare_digest(code_at(secret, one).encode(), given)]
    return next((one for one in found if one > last), None)


def uri(secret: bytes, account: str, issuer: str) -> str:
    """What an authenticator app reads, as text or from a picture of it."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    label = f"{quote(issuer)}:{quote(account)}"
    return (
        f"otpauth://totp/{label}?secret={letters}&issuer={quote(issuer)}"
        f"&algorithm=SHA1&digits={DIGITS}&period={SECONDS}"
    )

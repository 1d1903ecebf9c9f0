"""The cookies of the desk. ``__Host-`` makes a browser refuse one that is not Secure, not of this
host alone, or not for path "/".
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from registry.workflow.people.devices import DAYS

SESSION: Final = "__Host-registry"
"""The secret of a session, or of a sitting in local mode."""
GUEST: Final = "__Host-registry-guest"
"""A random secret of a browser in which nobody signed in yet: seals its forms, proves nothing."""

DEVICE: Final = "__Host-registry-device"
"""What makes a browser known to the accounts that signed in on it; opens nothing by itself."""


def remember(answer: Response, device: str) -> Response:
    """The answer, with the cookie by which the browser is known the next time."""
    seconds = DAYS * 24 * 3600
    answer.set_cookie(
        DEVICE, device, seconds, path="/", secure=True, httponly=True, samesite="strict"
    )
    return answer


def give(answer: Response, secret: str) -> Response:
    """The answer, with the cookie of a session that began."""
    answer.set_cookie(SESSION, secret, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def take(answer: Response) -> Response:
    """The answer, with the cookie of the session taken back."""
    answer.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def guest_header(secret: str) -> str:
    """The header that gives a browser its guest's cookie."""
    return f"{GUEST}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax"

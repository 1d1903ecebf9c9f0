"""Sends the bytes of a notice to a webhook, a few times if need be."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException

from registry.log.webhook import HEADER, signed
from registry.workflow.webhooks.pinned import CutOff, Place, posted

TIMEOUT = 5.0
LONGEST = 20.0
"""Seconds of one wait, and of one attempt: who answers a byte at a time would hold up whoever
recalls for days.
"""
PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each of the three retries."""


@dataclass(frozen=True)
class Posted:
    """How it ended: ``cause`` is None where the other side took it (any status 2xx)."""

    attempts: int
    cause: str | None


def post(
    place: Place,
    secret: bytes,
    body: bytes,
    timeout: float = TIMEOUT,
    sleep: Callable[[float], None] = time.sleep,
) -> Posted:
    """POST ``body`` with its signature; retried but for an answer that would stay the same."""
    attempts = 1
    cause, final = _once(place, secret, body, timeout)
    for pause in PAUSES:
        if cause is None or final:
            break
        sleep(pause)
        attempts += 1
        cause, final = _once(place, secret, body, timeout)
    return Posted(attempts, cause)


def _once(place: Place, secret: bytes, body: bytes, timeout: float) -> tuple[str | None, bool]:
    """The cause of a failure, in words without an address, and whether it is final."""
    headers = {"Content-Type": "application/json", HEADER: signed(secret, body)}
    try:
        status = posted(place, body, headers, timeout, LONGEST)
    except CutOff:
        return "no answer in time", True
    except (OSError, HTTPException) as error:
        return _plain(error), False
    if 200 <= status < 300:
        return None, True
    # Too many requests and timeouts pass; another 3xx or 4xx would be answered again.
    return f"HTTP status {status}", status < 500 and status not in (408, 425, 429)


def _plain(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    return f"the connection failed ({type(error).__name__})"

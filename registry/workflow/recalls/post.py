"""Sends the bytes of a notice to a webhook, a few times if need be."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from registry.log.webhook import HEADER, signed
from registry.workflow.recipients import LOOPBACK

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


class _NoRedirect(HTTPRedirectHandler):
    """A notice goes where the compliance officer said and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def post(
    url: str,
    secret: bytes,
    body: bytes,
    timeout: float = TIMEOUT,
    sleep: Callable[[float], None] = time.sleep,
) -> Posted:
    """POST ``body`` with its signature; retried but for an answer that would stay the same."""
    attempts = 1
    cause, final = _in_time(url, secret, body, timeout)
    for pause in PAUSES:
        if cause is None or final:
            break
        sleep(pause)
        attempts += 1
        cause, final = _in_time(url, secret, body, timeout)
    return Posted(attempts, cause)


def _in_time(url: str, secret: bytes, body: bytes, timeout: float) -> tuple[str | None, bool]:
    """One attempt in a thread of its own, which is left behind when its time is over."""
    came: list[tuple[str | None, bool]] = []
    attempt = Thread(target=lambda: came.append(_once(url, secret, body, timeout)), daemon=True)
    attempt.start()
    attempt.join(LONGEST)
    return came[0] if came else ("no answer in time", True)


def _once(url: str, secret: bytes, body: bytes, timeout: float) -> tuple[str | None, bool]:
    """The cause of a failure, in words without an address, and whether it is final."""
    headers = {"Content-Type": "application/json", HEADER: signed(secret, body)}
    request = Request(url, data=body, headers=headers, method="POST")  # checked when recorded
    try:
        with _opener(url).open(request, timeout=timeout) as answer:
            status = int(answer.status)
            return (None, True) if 200 <= status < 300 else (f"HTTP status {status}", True)
    except HTTPError as error:
        error.close()
        # Too many requests and timeouts pass; another 3xx or 4xx would be answered again.
        return f"HTTP status {error.code}", error.code < 500 and error.code not in (408, 425, 429)
    except (URLError, OSError, HTTPException, ValueError) as error:
        return _plain(error), False


def _plain(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, ConnectionRefusedError):
        return "the connection was refused"
    return f"the connection failed ({type(reason).__name__})"


def _opener(url: str) -> OpenerDirector:
    local = urlsplit(url).hostname in LOOPBACK
    return build_opener(_NoRedirect, *([ProxyHandler({})] if local else []))

"""Sends one message once, signed, to the very address that was allowed."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from urllib.parse import urlsplit

from registry.log import webhook

TIMEOUT = 5.0
"""Seconds of one wait."""
LONGEST = 15.0
"""Seconds of all together: who answers a byte a time would hold up what others wait for."""


@dataclass(frozen=True)
class Message:
    """What is sent: where, the address that is connected to, and the bytes with their number."""

    url: str
    address: str
    number: int
    body: bytes


def send(message: Message, secret: bytes, now: int) -> str | None:
    """The cause of a failure in words, or None where the other side took it (any status 2xx)."""
    found = urlsplit(message.url)
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    headers = {
        "Content-Type": "application/json",
        **webhook.headers(secret, message.number, now, message.body),
    }
    twins: list[socket.socket] = []
    connection = _connection(message, twins)
    with _cut(twins) as over:
        try:
            connection.request("POST", path, message.body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            late = over.is_set() or isinstance(error, TimeoutError)
            return (
                "no answer in time" if late else f"the connection failed ({type(error).__name__})"
            )
        finally:
            connection.close()
    return None if 200 <= status < 300 else f"HTTP status {status}"


@contextmanager
def _cut(twins: list[socket.socket]) -> Iterator[Event]:
    """Shut what is connected when the time is over; the event says that it was."""
    over = Event()

    def cut() -> None:
        over.set()
        for one in list(twins):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = Timer(LONGEST, cut)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
        for one in twins:
            one.close()


def _connection(message: Message, twins: list[socket.socket]) -> http.client.HTTPConnection:
    """A connection to the address that was allowed.

    A twin of its socket is kept, by which it can be shut while TLS has the first one.
    """
    found = urlsplit(message.url)
    host = found.hostname or ""
    if found.scheme == "https":
        secure = ssl.create_default_context()
        made: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, found.port, timeout=TIMEOUT, context=secure
        )
    else:
        made = http.client.HTTPConnection(host, found.port, timeout=TIMEOUT)

    def pinned(place: tuple[str, int], *more: object) -> socket.socket:
        connected = socket.create_connection((message.address, place[1]), TIMEOUT)
        twins.append(connected.dup())
        return connected

    made._create_connection = pinned  # type: ignore[attr-defined]
    return made

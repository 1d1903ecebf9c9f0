"""One POST to the very address that was allowed, shut when its time is over.

No proxy and no redirect: what is behind either was not looked at.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Place:
    """Where bytes go: what was asked for, and the ``address`` that was allowed for it."""

    url: str
    address: str


class CutOff(TimeoutError):
    """The time of all together is over, however much came meanwhile."""


def posted(
    place: Place, body: bytes, headers: Mapping[str, str], wait: float, longest: float
) -> int:
    """The status that the other side answered.

    ``wait`` is how long one wait may last, ``longest`` all of them. Raises `TimeoutError`,
    `CutOff`, another `OSError`, or `HTTPException`.
    """
    found = urlsplit(place.url)
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    twins: list[socket.socket] = []
    connection = _connection(place, wait, twins)
    with _cut(twins, longest) as over:
        try:
            connection.request("POST", path, body, dict(headers))
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            if over.is_set():
                raise CutOff from error
            raise
        finally:
            connection.close()


@contextmanager
def _cut(twins: list[socket.socket], longest: float) -> Iterator[Event]:
    """Shut what is connected when the time is over; the event says that it was."""
    over = Event()

    def cut() -> None:
        over.set()
        for one in list(twins):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = Timer(longest, cut)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
        for one in twins:
            one.close()


def _connection(
    place: Place, wait: float, twins: list[socket.socket]
) -> http.client.HTTPConnection:
    """A connection to the address that was allowed.

    A twin of its socket is kept, by which it can be shut while TLS has the first one.
    """
    found = urlsplit(place.url)
    host = found.hostname or ""
    if found.scheme == "https":
        secure = ssl.create_default_context()
        made: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, found.port, timeout=wait, context=secure
        )
    else:
        made = http.client.HTTPConnection(host, found.port, timeout=wait)

    def pinned(asked: tuple[str, int], *more: object) -> socket.socket:
        connected = socket.create_connection((place.address, asked[1]), wait)
        twins.append(connected.dup())
        return connected

    made._create_connection = pinned  # type: ignore[attr-defined]
    return made

"""Sends one message once, signed, to the very address that was allowed."""

import http.client
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from registry.log import webhook

TIMEOUT = 5.0


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
    connection = _connection(message)
    try:
        connection.request("POST", path, message.body, headers)
        status = connection.getresponse().status
    except TimeoutError:
        return "no answer in time"
    except (OSError, http.client.HTTPException) as error:
        return f"the connection failed ({type(error).__name__})"
    finally:
        connection.close()
    return None if 200 <= status < 300 else f"HTTP status {status}"


def _connection(message: Message) -> http.client.HTTPConnection:
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
        return socket.create_connection((message.address, place[1]), TIMEOUT)

    made._create_connection = pinned  # type: ignore[attr-defined]
    return made

"""Sends one message once, signed, to the very address that was allowed."""

from dataclasses import dataclass
from http.client import HTTPException

from registry.log import webhook
from registry.workflow.webhooks.pinned import Place, posted

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
    headers = {
        "Content-Type": "application/json",
        **webhook.headers(secret, message.number, now, message.body),
    }
    try:
        place = Place(message.url, message.address)
        status = posted(place, message.body, headers, TIMEOUT, LONGEST)
    except TimeoutError:
        return "no answer in time"
    except (OSError, HTTPException) as error:
        return f"the connection failed ({type(error).__name__})"
    return None if 200 <= status < 300 else f"HTTP status {status}"

"""Which addresses a message may go to: the world outside, unless the registry's owner says so.

Whoever may add a webhook could else make the server speak to what only the server reaches
(OWASP Server-Side Request Forgery Prevention).
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from registry.errors import InvalidInput, NotPermitted, Unavailable
from registry.workflow.context import Context


def require_allowed(context: Context, url: str) -> str:
    """The one address that ``url`` is sent to; raises `NotPermitted` for a private one.

    The caller connects to what is returned, so that no second look-up can answer otherwise.
    """
    found = urlsplit(url)
    private = context.settings.private_webhooks
    if found.scheme not in (("https", "http") if private else ("https",)) or not found.hostname:
        raise InvalidInput("that cannot be a webhook", expected="https://HOST/...")
    if found.username or found.password or not url.isprintable():
        raise InvalidInput("a webhook's address holds no password", expected="https://HOST/...")
    addresses = _resolved(found.hostname, found.port or 443)
    if not private and not all(ipaddress.ip_address(one).is_global for one in addresses):
        raise NotPermitted(
            "the webhook's host has a private address",
            expected="an address that the whole internet reaches",
            todo="if it is meant, set private_webhooks = true in registry.toml",
        )
    return addresses[0]


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable("the webhook's host is not known") from error
    return [str(one[4][0]).partition("%")[0] for one in found]

"""Which addresses a message may go to: the world outside, unless the registry's owner says so.

Whoever may add a webhook could else make the server speak to what only the server reaches
(OWASP Server-Side Request Forgery Prevention).
"""

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from registry.errors import InvalidInput, NotPermitted, Unavailable
from registry.workflow.context import Context

_NO_HOSTS: Final = tuple(
    map(ipaddress.IPv4Network, ("224.0.0.0/4", "192.0.0.0/24", "192.88.99.0/24"))
)
"""Multicast, protocols and the relays of 6to4, which count as global and are nobody's host."""
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that was ever given to networks (RFC 4291); the rest is local, multicast or of old forms."""
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 as networks without it write it (RFC 6052)."""


def require_allowed(context: Context, url: str) -> str:
    """The one address that ``url`` is sent to; raises `NotPermitted` for a private one.

    The caller connects to what is returned, so that no second look-up can answer otherwise.
    """
    private = context.settings.private_webhooks
    host, port = _place(url, ("https", "http") if private else ("https",))
    addresses = _resolved(host, port)
    if not private and not all(outside(one) for one in addresses):
        raise NotPermitted(
            "the webhook's host has a private address",
            expected="an address that the whole internet reaches",
            todo="if it is meant, set private_webhooks = true in registry.toml",
        )
    return addresses[0]


def outside(text: str) -> bool:
    """Whether an address is one host's out in the internet, also by way of a translator."""
    found = ipaddress.ip_address(text)
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not any(found in one for one in _NO_HOSTS)
    if found in _TRANSLATED:
        return outside(str(ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)))
    if inner := found.ipv4_mapped or found.sixtofour:
        return outside(str(inner))
    return found in _UNICAST and found.is_global


def _place(url: str, schemes: tuple[str, ...]) -> tuple[str, int]:
    try:
        found = urlsplit(url)
        host, port = found.hostname, found.port
    except ValueError:
        raise InvalidInput("that cannot be a webhook", expected="https://HOST/...") from None
    if found.scheme not in schemes or not host or not url.isascii():
        raise InvalidInput("that cannot be a webhook", expected="https://HOST/...")
    if "@" in found.netloc or not url.isprintable() or " " in url:
        raise InvalidInput("a webhook's address holds no password", expected="https://HOST/...")
    return host, port or 443


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable("the webhook's host is not known") from error
    return [str(one[4][0]).partition("%")[0] for one in found]

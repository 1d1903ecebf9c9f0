"""What a request may take: names of this host, bytes of a body, and seconds to send it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM_BYTES: Final = 1 << 20
SECONDS: Final = 30
"""Longest silence while a body is sent: who sends a byte a minute would hold a place for hours."""
_UPLOADS: Final = ("multipart/form-data", "application/octet-stream")


class Hosts:
    """ASGI middleware: a request for another host's name gets nothing.

    Else a page elsewhere could point its own name at this address, and read what is served here
    (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        self._app, self._allowed = app, frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for one of the names; no names, no limit."""
        if scope["type"] != "http" or not self._allowed or self._named(scope):
            await self._app(scope, receive, send)
            return
        answer = PlainTextResponse("this server does not go by that name\n", 421)
        await answer(scope, receive, send)

    def _named(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        return len(hosts) == 1 and without_port(hosts[0]) in self._allowed


def without_port(host: str) -> str:
    """The name or address in a Host header, lower-case; of an IPv6 address without brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


class Bodies:
    """ASGI middleware: a body that is too long, or too slow, is not read to its end."""

    def __init__(self, app: ASGIApp, upload_bytes: int) -> None:
        self._app, self._upload_bytes = app, upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count while the body streams in; whoever reads it gets 413 or 408 raised."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        most = self._upload_bytes if kind in _UPLOADS else FORM_BYTES
        announced = headers.get("content-length", "0")
        body = _Body(receive, most)
        body.read = int(announced) if announced.isdigit() and int(announced) > most else 0
        await self._app(scope, body.receive, send)


class _Body:
    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most = receive, most
        self._whole = False
        self.read = 0

    async def receive(self) -> Message:
        if self._whole:
            # What comes after the body is that the browser has gone, and that may take long.
            return await self._receive()
        self._require_small()
        message = await self._next()
        self.read += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        self._require_small()
        return message

    async def _next(self) -> Message:
        try:
            return await asyncio.wait_for(self._receive(), SECONDS)
        except TimeoutError as error:
            raise HTTPException(408, f"nothing was sent for {SECONDS} seconds") from error

    def _require_small(self) -> None:
        if self.read > self._most:
            raise HTTPException(413, f"the body is longer than {self._most} bytes")

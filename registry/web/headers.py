"""What every answer carries: an id to find it in the logs by, and what a browser may do with it."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.web.cookies import GUEST, SESSION, guest_header

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
ALWAYS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "strict-transport-security": "max-age=31536000",
}


class Headers:
    """ASGI middleware: a request id, a guest's cookie, and the security headers above."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers on; what a handler set itself stays, but for the policy."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = secrets.token_hex(8)
        guest = _new_guest(scope)
        if guest:
            state["guest"] = guest

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                headers["x-request-id"] = request_id
                headers.setdefault("cache-control", "no-store")
                # Only where a form may stand, so that what may be cached carries no cookie.
                if guest and headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", guest_header(guest))
            await send(message)

        await self._app(scope, receive, sent)


def _new_guest(scope: Scope) -> str:
    """A secret for a browser that shows no cookie of ours yet."""
    shown = HTTPConnection(scope).cookies
    return "" if SESSION in shown or GUEST in shown else secrets.token_urlsafe(32)

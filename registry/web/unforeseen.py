"""What nobody foresaw is answered inside of the headers that every answer carries.

The framework answers it outside of all middleware: without a policy, an id, or a word on caching.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.web.problems import unforeseen


class Unforeseen:
    """ASGI middleware, inside of all others: an error that no handler took is answered here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; an error after the answer began can only break it off, and is raised again."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def sent(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            if began:
                raise
            answer = await run_in_threadpool(unforeseen, Request(scope), error)
            await answer(scope, receive, send)

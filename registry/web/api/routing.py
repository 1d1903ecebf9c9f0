"""What every route of the API shares: a limit on what it reads, and a tag on what it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from registry.errors import InvalidInput

MOST_JSON: Final = 1_000_000
"""Bytes of a body that is no form with files; `registry.web.limits` bounds those."""
KEY: Final = "idempotency-key"
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """Reads no more than the limit, refuses a key it would not heed, and tags what it shows."""

    def get_route_handler(self) -> Handler:
        """The handler that FastAPI makes, with the three of them around it."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            if KEY in request.headers and KEY not in _headers(self.dependant):
                raise InvalidInput(
                    "this call heeds no idempotency key, so a repeat would be done again",
                    expected="the call without the header Idempotency-Key",
                )
            answer = await handle(Request(request.scope, _limited(request)))
            return tagged(request, answer) if request.method == "GET" else answer

        return handled


def router(tag: str) -> APIRouter:
    """A router for one noun."""
    return APIRouter(tags=[tag], route_class=Route)


def tag_of(answer: Response) -> str:
    """The entity tag (RFC 9110, 8.8.3) of a representation: a digest of its bytes."""
    return f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:32]}"'


def tagged(request: Request, answer: Response) -> Response:
    """The answer with its tag, or 304 where the caller has these very bytes."""
    if answer.status_code != 200 or not hasattr(answer, "body"):
        return answer
    tag = tag_of(answer)
    known = [one.strip().removeprefix("W/") for one in _known(request).split(",")]
    if tag in known:
        return Response(status_code=304, headers={"etag": tag})
    answer.headers["etag"] = tag
    return answer


def _known(request: Request) -> str:
    return request.headers.get("if-none-match", "")


def _headers(dependant: Dependant) -> Iterator[str]:
    """The headers that a call reads, those of what it depends on as well."""
    yield from (one.alias.lower() for one in dependant.header_params)
    for one in dependant.dependencies:
        yield from _headers(one)


def _limited(request: Request) -> Receive:
    """Receive as the server does, and raise 413 once it is too much.

    Not FastAPI's own limit: what that answers is no problem as the API describes one.
    """
    if request.headers.get("content-type", "").startswith("multipart/"):
        return request.receive
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > MOST_JSON:
            raise HTTPException(413, f"the body has more than {MOST_JSON} bytes")
        return message

    return receive

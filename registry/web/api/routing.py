"""What every route of the API shares: a limit on what it reads, and a tag on what it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from registry.errors import InvalidInput
from registry.web.api.callers import changing
from registry.web.api.words import LONGEST
from registry.web.uploads import MEGABYTE
from registry.web.visitor import desk_of, person_of, visitor_of

MOST_JSON: Final = 1_000_000
"""Bytes of a body of JSON; those of a form with files are ``upload_limit`` of the settings."""
MOST_FILES: Final = 20
"""Files of one form, such as policies; a megabyte of each is in memory, the rest on disk."""
KEY: Final = "idempotency-key"
SEAL: Final = "x-registry-seal"
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
            if _has_files(request):
                await run_in_threadpool(_require_caller, request)
            answer = await handle(_Read(request.scope, _limited(request)))
            return tagged(request, answer) if request.method == "GET" else answer

        return handled


class _Read(Request):
    """A request whose form has few parts: by the framework's own limit a thousand megabytes of
    texts would be held in memory.
    """

    def form(self, **_: Any) -> Any:
        """The form, whatever the framework's limits are."""
        return super().form(max_files=MOST_FILES, max_fields=100, max_part_size=10 * LONGEST)


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


def _has_files(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/")


def _require_caller(request: Request) -> None:
    """Raise as the call itself would: files are taken from nobody who may not send them."""
    changing(request, person_of(visitor_of(request)), request.headers.get(SEAL, ""))


def _limited(request: Request) -> Receive:
    """Receive as the server does, and raise 413 once it is too much.

    Not FastAPI's own limit: what that answers is no problem as the API describes one.
    """
    limit = desk_of(request).home.settings.upload_limit
    most, seen = limit * MEGABYTE if _has_files(request) else MOST_JSON, 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413, f"the body has more than {most} bytes")
        return message

    return receive

"""``If-Match``: a change is made to what the caller saw, or not at all (RFC 9110, 13.1.1)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from registry.web.api.openapi import PREFIX
from registry.web.api.routing import KEY, tag_of
from registry.web.problems import Changed, TagMissing
from registry.web.visitor import Person
from registry.workflow.keyed import was_done

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of what is changed, or * for whatever it is. A repeat under an "
        "idempotency key names the tag that the first call named.",
    ),
]


async def unchanged(request: Request, visitor: Person, if_match: IfMatch = None) -> None:
    """Raise `Changed` unless the resource is the one the caller saw, `TagMissing` without a tag.

    Not for the repeat of a call that was done: it changes nothing, and what it saw is gone by it.
    """
    if if_match is None:
        raise TagMissing(
            "a change needs the tag of what is changed",
            expected="the header If-Match with the ETag of the last answer",
            todo="read it again, look at what it is now, and repeat",
        )
    if await run_in_threadpool(_repeats, request, visitor):
        return
    now = await _tag_now(request)
    if if_match.strip() != "*" and now not in [one.strip() for one in if_match.split(",")]:
        raise Changed(
            "it was changed since it was read",
            expected=f"If-Match: {now}",
            todo="read it again, look at what it is now, and repeat",
        )


Unchanged = Depends(unchanged)


def _repeats(request: Request, visitor: Person) -> bool:
    key = request.headers.get(KEY)
    return key is not None and was_done(visitor.context, key)


async def _tag_now(request: Request) -> str:
    """The tag that GET of the resource would carry now; it raises what that would raise."""
    path = request.scope["route"].path.removeprefix(PREFIX)
    route = _shown_by(request.app.state.shown, path)
    scope = {**request.scope, "method": "GET", "query_string": b"", "route": route}
    scope["headers"] = [
        (name, value)
        for name, value in request.scope["headers"]
        if name in (b"authorization", b"cookie", b"host")
    ]
    return tag_of(await route.get_route_handler()(Request(scope, _nothing)))


def _shown_by(shown: dict[str, APIRoute], path: str) -> APIRoute:
    """The route that shows what ``path`` changes: the longest beginning of it that is one."""
    parts = path.split("/")
    beginnings = ("/".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next(shown[one] for one in beginnings if one in shown)


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}

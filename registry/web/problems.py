"""Errors as answers: a page for people, and problem details (RFC 9457) for programs.

The status says what the exit code says on the command line, so that no interface is milder.
"""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from registry.errors import (
    Conflict,
    IntegrityFailure,
    InvalidInput,
    NotFound,
    NotPermitted,
    PolicyDenied,
    RegistryError,
    StoreUnavailable,
    Undecided,
)
from registry.web.forms import OtherSession
from registry.web.kept import kept_of
from registry.web.paper import page
from registry.web.sign_in_page import asked, go_on
from registry.web.visitor import SignInFirst, Visitor, desk_of, visitor_of
from registry.workflow.people.addresses import TooManyAttempts
from registry.workflow.people.reauthentication import ReauthenticateFirst


class Changed(Conflict):
    """What is to be changed is not what the caller saw."""


class TagMissing(InvalidInput):
    """The caller does not say what they saw."""


STATUS: Final[dict[type[RegistryError], int]] = {
    Changed: 412,
    TagMissing: 428,
    PolicyDenied: 403,
    NotFound: 404,
    InvalidInput: 422,
    StoreUnavailable: 503,
    Undecided: 409,
    NotPermitted: 403,
    TooManyAttempts: 429,
    Conflict: 409,
    IntegrityFailure: 500,
}
TITLES: Final[dict[type[RegistryError], str]] = {
    Changed: "Changed meanwhile",
    TagMissing: "Tag missing",
    PolicyDenied: "Denied by policy",
    NotFound: "Not found",
    InvalidInput: "Invalid input",
    StoreUnavailable: "The database does not answer",
    Undecided: "Could not be decided",
    NotPermitted: "Not permitted",
    TooManyAttempts: "Too many attempts",
    Conflict: "Conflict",
    IntegrityFailure: "Integrity failure",
}
PROBLEM: Final = "application/problem+json"
_log = logging.getLogger("registry.web")


def handle_on(app: FastAPI) -> None:
    """Answer every error of the registry, of the framework, and every one that nobody foresaw."""
    app.add_exception_handler(RegistryError, _refused)
    app.add_exception_handler(SignInFirst, _sign_in)
    app.add_exception_handler(ReauthenticateFirst, _again)
    app.add_exception_handler(OtherSession, _sealed_elsewhere)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, unforeseen)


def kind_of(error: RegistryError) -> type[RegistryError]:
    """The nearest class of the error tree that has a status of its own."""
    return next(kind for kind in type(error).__mro__ if kind in STATUS or kind is RegistryError)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RegistryError)
    kind = kind_of(error)
    status, title = STATUS.get(kind, 400), TITLES.get(kind, "Refused")
    shown = problem if for_programs(request) else _shown
    answer = shown(request, status, title, error)
    if isinstance(error, TooManyAttempts):
        answer.headers["retry-after"] = str(error.retry_after)
    return answer


async def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)
    if for_programs(request):
        missing = NotPermitted(
            error.over or "nobody is signed in", expected="a session, or a bearer token"
        )
        answer = problem(request, 401, "Not signed in", missing)
        answer.headers["www-authenticate"] = "Bearer"
        return answer
    kept = await kept_of(request)
    if kept is None:
        back = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(back)}", 303)
    return await run_in_threadpool(asked, request, visitor_of(request), status=401, kept=kept)


async def _again(request: Request, error: Exception) -> Response:
    """The provider asks the person anew; what was typed waits meanwhile."""
    assert isinstance(error, ReauthenticateFirst)
    if for_programs(request):
        return problem(request, 403, TITLES[NotPermitted], error)
    kept = await kept_of(request)
    visitor = await run_in_threadpool(visitor_of, request)
    return page(request, visitor, "again", 403, error=error, kept=kept)


async def _sealed_elsewhere(request: Request, error: Exception) -> Response:
    """A form of a session that ended, posted by somebody who has signed in since."""
    kept = None if for_programs(request) else await kept_of(request)
    visitor = await run_in_threadpool(visitor_of, request)
    if kept is None or visitor.identity is None:
        return _refused(request, error)
    return go_on(request, visitor, kept, 409)


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = " ".join(str(part) for part in first["loc"])
    said = InvalidInput(f"{first['msg']}", where=where, todo="see /api/v1/docs")
    if for_programs(request):
        return problem(request, 422, "Invalid input", said)
    return _shown(request, 422, "Invalid input", said)


def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = InvalidInput(str(error.detail), where=request.url.path)
    if for_programs(request):
        answer = problem(request, error.status_code, str(error.detail), said)
        answer.headers.update(error.headers or {})
        return answer
    if error.status_code == 404:
        said = NotFound("there is no page at this address", where=request.url.path)
    return _shown(request, error.status_code, str(error.detail).capitalize(), said)


def unforeseen(request: Request, error: Exception) -> Response:
    """The trace goes to the log of the server, and not to whoever asked."""
    _log.exception("unexpected failure", exc_info=error)
    said = RegistryError(
        "unexpected failure",
        where=f"request {getattr(request.state, 'request_id', 'unknown')}",
        todo="report the id of this request; the server's log has the rest",
    )
    if for_programs(request):
        return problem(request, 500, "Unexpected failure", said)
    return _shown(request, 500, "Unexpected failure", said)


def for_programs(request: Request) -> bool:
    """Whether the caller is a program: under /api it always is."""
    return request.url.path.startswith("/api/")


def problem(request: Request, status: int, title: str, error: RegistryError) -> JSONResponse:
    """Problem details; ``type`` names the error class, ``exit_code`` is the command line's."""
    return JSONResponse(
        {
            "type": f"urn:registry:problem:{type(error).__name__}",
            "title": title,
            "status": status,
            "detail": error.what,
            "instance": request.url.path,
            "where": error.where,
            "expected": error.expected,
            "next": error.todo,
            "exit_code": error.exit_code,
            "request_id": getattr(request.state, "request_id", None),
        },
        status,
        media_type=PROBLEM,
    )


def _seen(request: Request) -> Visitor:
    """Who is told; a token is not tried a second time, for a wrong one is counted at each try."""
    shows_token = "authorization" in request.headers
    return Visitor(desk_of(request), None) if shows_token else visitor_of(request)


def _shown(request: Request, status: int, title: str, error: RegistryError) -> Response:
    try:
        visitor = _seen(request)
    except RegistryError:
        # Also where the database does not answer.
        visitor = Visitor(desk_of(request), None)
    return page(
        request,
        visitor,
        "problem",
        status,
        title=title,
        what=error.what,
        where=error.where or "",
        expected=error.expected or "",
        todo=error.todo or "",
    )

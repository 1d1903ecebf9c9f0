"""The description of the API (OpenAPI 3.1), with what FastAPI does not know of by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from registry.web.api.examples import give_examples
from registry.web.problems import PROBLEM

PREFIX: Final = "/api/v1"
PROBLEMS: Final = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the token is not one.",
    403: "Not permitted, or denied by policy; `type` says which.",
    404: "There is no such thing.",
    405: "The address does not know that method.",
    406: "No such format.",
    409: "A conflict, or it could not be decided; `type` says which.",
    412: "It was changed since it was read.",
    413: "The body is too large.",
    415: "The body is of another kind than this call takes.",
    422: "Something in the request is not valid.",
    428: "The header If-Match is missing.",
    429: "Too many requests.",
    500: "The stored bytes are not what was stored, or something failed unforeseen.",
    503: "The database does not answer.",
}
_CHANGES: Final = (412, 415, 428)
PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "A problem (RFC 9457); `exit_code` is what the command line would end with.",
    "required": ["type", "title", "status", "detail", "instance", "exit_code"],
    "properties": {
        "type": {"type": "string", "description": "urn:registry:problem: and the kind of error"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "where": {"type": ["string", "null"]},
        "expected": {"type": ["string", "null"]},
        "next": {"type": ["string", "null"]},
        "exit_code": {"type": "integer"},
        "request_id": {"type": ["string", "null"]},
    },
}
SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "A service's token."},
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-registry"},
}


def describe(app: FastAPI) -> None:
    """Let ``app.openapi()`` answer with the whole description, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    found["paths"] = {
        path: item for path, item in found["paths"].items() if path.startswith(PREFIX)
    }
    for path, method, operation in _operations(found["paths"]):
        _complete(path, method, operation)
    parts = found.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    parts["securitySchemes"] = SCHEMES
    give_examples(found, PREFIX)
    return found


def _operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in paths.items():
        for method, operation in item.items():
            yield path, method, operation


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Every status it may answer with, its tag, and who may call it at all."""
    answer = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    answers = operation["responses"]
    answers.pop("422", None)
    for status, words in PROBLEMS.items():
        if method != "get" or status not in _CHANGES:
            answers[str(status)] = {"description": words, **answer}
    if method == "get":
        answers["304"] = {"description": "The caller has it already (If-None-Match)."}
    signing_in = path == f"{PREFIX}/session" and method == "post"
    operation["security"] = [] if signing_in else [{"token": []}, {"session": []}]

"""One line for each request, by its id, and one count; no address, no person, no query.

An address of a page can carry a code (`/enter/CODE`), so a line names the route's template.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import Final, Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.web import metrics
from registry.web.api.openapi import PREFIX

Shape = Literal["json", "text"]
_log = logging.getLogger("registry.web.requests")
_UNMATCHED: Final = "unmatched"
_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds; counted, and not written."""


class Journal:
    """ASGI middleware, outside of all others: times a request, counts it and writes its line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and see what came of it; an answer that never began counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            _tell(scope, status, time.perf_counter() - began)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    route = route_of(scope)
    metrics.count(scope["method"], route, status, seconds)
    if route in _QUIET and status < 500:
        return
    said = {
        "request": scope.get("state", {}).get("request_id", ""),
        "method": scope["method"] if scope["method"].isalpha() else "other",
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    _log.info("request", extra={"said": said})


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as ``/datasets/{label}``.

    A route in a router knows its path without the router's prefix, and a page is no call.
    """
    path = str(getattr(scope.get("route"), "path", _UNMATCHED))
    inside = path.startswith("/") and not path.startswith(PREFIX)
    return f"{PREFIX}{path}" if inside and scope["path"].startswith(f"{PREFIX}/") else path


class Lines(logging.Formatter):
    """Log lines as JSON objects, or as text that a person reads."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape = shape

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message or the trace holds."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "said", {}),
        }
        if record.exc_info:
            line["trace"] = _trace(record)
        if self._shape == "json":
            return json.dumps(line)
        return " ".join(f"{name}={_word(value)}" for name, value in line.items())


def _trace(record: logging.LogRecord) -> list[str]:
    """Where it failed and by what class: the text of an error can quote what somebody typed."""
    kind, _, trace = record.exc_info or (None, None, None)
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return [*places, kind.__name__ if kind else ""]


def _word(value: object) -> str:
    text = str(value)
    return json.dumps(text) if " " in text or not text.isprintable() else text


def log_to_stderr(shape: Shape) -> None:
    """Write what the desk and its server log, in that shape, to the standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(shape))
    for name, level in (("registry", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)

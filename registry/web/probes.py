"""``/healthz`` and ``/readyz``: for whoever restarts processes and sends them requests."""

from __future__ import annotations

from threading import Lock

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from registry.errors import RegistryError
from registry.web.visitor import desk_of
from registry.workflow.metering import require_ready


def add_to(app: FastAPI) -> None:
    """Add both routes."""

    @app.get("/healthz", include_in_schema=False)
    def healthy() -> JSONResponse:
        """The process answers; it says nothing about the database."""
        return JSONResponse({"status": "up"})

    asking = Lock()
    last = ["not asked yet"]

    @app.get("/readyz", include_in_schema=False)
    def ready(request: Request) -> JSONResponse:
        """The database answers, is at the revision of this release, and can be written.

        One asks at a time, and others get the answer before: anybody may ask, and each that waited
        for whoever is writing would take a thread from those who work here.
        """
        if asking.acquire(blocking=False):
            try:
                last[0] = _unready(request)
            finally:
                asking.release()
        if last[0]:
            return JSONResponse({"status": "not ready", "why": last[0]}, 503)
        return JSONResponse({"status": "ready"})


def _unready(request: Request) -> str:
    """Why not, "" if it is; the class alone: a text could name the database's address."""
    try:
        require_ready(desk_of(request).home)
    except RegistryError as error:
        return type(error).__name__
    return ""

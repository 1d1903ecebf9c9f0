"""``/healthz`` and ``/readyz``: for whoever restarts processes and sends them requests."""

from __future__ import annotations

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

    @app.get("/readyz", include_in_schema=False)
    def ready(request: Request) -> JSONResponse:
        """The database answers, is at the revision of this release, and can be written."""
        try:
            require_ready(desk_of(request).home)
        except RegistryError as error:
            # The class alone: a text could name the database's address.
            return JSONResponse({"status": "not ready", "why": type(error).__name__}, 503)
        return JSONResponse({"status": "ready"})

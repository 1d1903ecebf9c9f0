"""The REST API under /api/v1, one file a noun."""

from __future__ import annotations

from fastapi import FastAPI

from registry.web.api import datasets


def add_to(app: FastAPI) -> None:
    """Add every route under /api/v1."""
    for room in (datasets,):
        app.include_router(room.router, prefix="/api/v1")

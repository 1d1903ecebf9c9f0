"""Pages for people, one file a noun."""

from __future__ import annotations

from fastapi import FastAPI

from registry.web.pages import datasets, home, queue, review, signing_in


def add_to(app: FastAPI) -> None:
    """Add every page; none of them is part of the API's description."""
    for room in (home, signing_in, datasets, queue, review):
        app.include_router(room.router, include_in_schema=False)

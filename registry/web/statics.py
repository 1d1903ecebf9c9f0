"""Files that never change between releases: one stylesheet, one script, checked by its digest."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import Response

from registry.reports.rendering.environment import environment
from registry.resources import folder

HTMX = "htmx.min.js"
KEPT = {"cache-control": "public, max-age=3600"}


def add_to(app: FastAPI) -> None:
    """Add the routes."""
    script = (folder("templates") / "web" / "static" / HTMX).read_bytes()
    style = environment("html").get_template("web/desk.css").render()

    @app.get("/static/desk.css", include_in_schema=False)
    def stylesheet() -> Response:
        return Response(style, media_type="text/css", headers=KEPT)

    @app.get(f"/static/{HTMX}", include_in_schema=False)
    def htmx() -> Response:
        return Response(script, media_type="text/javascript", headers=KEPT)

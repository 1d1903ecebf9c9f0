"""Files that never change between releases: one stylesheet, htmx, and a script of our own.

A page names the digest of htmx, which others wrote, so a browser runs that very file or none.
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import Response

from registry.reports.rendering.environment import environment
from registry.resources import folder

SCRIPTS = ("htmx.min.js", "desk.js")
KEPT = {"cache-control": "public, max-age=3600"}


def add_to(app: FastAPI) -> None:
    """Add the routes."""
    style = environment("html").get_template("web/desk.css").render()

    @app.get("/static/desk.css", include_in_schema=False)
    def stylesheet() -> Response:
        return Response(style, media_type="text/css", headers=KEPT)

    for name in SCRIPTS:
        _script(app, name, (folder("templates") / "web" / "static" / name).read_bytes())


def _script(app: FastAPI, name: str, text: bytes) -> None:
    @app.get(f"/static/{name}", include_in_schema=False)
    def script() -> Response:
        return Response(text, media_type="text/javascript", headers=KEPT)

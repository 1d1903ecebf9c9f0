"""Prints pages from templates/web, with what every page needs beside its own."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from registry.reports.rendering.environment import environment
from registry.web.visitor import Visitor

TABS: Final = (
    ("/", "Home"),
    ("/datasets", "Datasets"),
    ("/review", "Review"),
    ("/policies", "Policies"),
    ("/sources", "Sources"),
    ("/releases", "Releases"),
    ("/audit", "Audit"),
    ("/accounts", "Accounts"),
)


def page(
    request: Request, visitor: Visitor, template: str, status: int = 200, **shown: object
) -> HTMLResponse:
    """The page of ``template`` ("home" for templates/web/home.html.j2)."""
    made = environment("html").get_template(f"web/{template}.html.j2")
    text = made.render(
        tabs=TABS,
        here=request.url.path,
        person=visitor.identity.name if visitor.identity else "",
        roles=sorted(visitor.identity.roles) if visitor.identity else [],
        local=visitor.desk.local,
        seal=visitor.seal,
        fragment="hx-request" in request.headers,
        **shown,
    )
    return HTMLResponse(text, status)

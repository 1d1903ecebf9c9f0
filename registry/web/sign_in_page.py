"""The page to sign in, wherever it is shown, and the one that a kept form is sent from."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from registry.web.kept import Kept
from registry.web.paper import page
from registry.web.visitor import Visitor
from registry.workflow.account_listing import accounts


def asked(
    request: Request,
    visitor: Visitor,
    *,
    next: str = "/",
    status: int = 200,
    kept: Kept | None = None,
) -> HTMLResponse:
    """The form to sign in; in local mode the names there are, for who came in by the link."""
    inside = visitor.desk.local and visitor.secret is not None and visitor.over is None
    oidc = visitor.desk.home.settings.oidc
    return page(
        request,
        visitor,
        "login",
        status,
        next=next,
        names=[str(one["name"]) for one in accounts(visitor.context)] if inside else [],
        over=visitor.over or "",
        kept=kept,
        issuer=oidc.issuer if oidc else "",
    )


def go_on(request: Request, visitor: Visitor, kept: Kept, status: int = 200) -> HTMLResponse:
    """What was typed before the session ended, to be looked at and sent by the new one."""
    return page(request, visitor, "go_on", status, kept=kept)

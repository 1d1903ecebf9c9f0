"""``/``: what waits for whoever signed in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from registry.errors import NotPermitted
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.listing import releases
from registry.workflow.queue import mine, queue

router = APIRouter()


@router.get("/")
def home(request: Request, visitor: Person) -> HTMLResponse:
    """What waits for me, what waits at all, and what expires next."""
    waiting = queue(visitor.context)
    held = [one for one in releases(visitor.context) if one["state"] == "in-force"]
    return page(
        request,
        visitor,
        "home",
        mine=_mine(visitor),
        waiting=waiting,
        expiring=sorted(held, key=lambda one: str(one["expires_on"]))[:5],
    )


def _mine(visitor: Visitor) -> list[dict[str, object]]:
    """What this person can sign; nothing for those whose roles sign nothing."""
    try:
        return mine(visitor.context)
    except NotPermitted:
        return []

"""``/keys``: keys that wait until a second person vouches for them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.records import KeyState
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow.people.approval import approve_key
from registry.workflow.people.listing import keys

router = APIRouter(prefix="/keys")


@router.get("")
def waiting(request: Request, visitor: Person) -> HTMLResponse:
    """Whose key waits. Its id is not shown: the person says it, face to face."""
    names = [one["account"] for one in keys(visitor.context) if one["state"] == KeyState.PENDING]
    return page(request, visitor, "keys", names=names)


@router.post("/{name}/approve")
def approve(visitor: Person, form: Form, name: str) -> Response:
    """Vouch for the key of somebody, by the id that they told."""
    approve_key(visitor.context, name, form.get("key", "").strip())
    return RedirectResponse("/keys", 303)

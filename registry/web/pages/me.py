"""``/me``: one's own password, key and sessions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.errors import InvalidInput
from registry.web.addresses import Number
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import Person, Visitor, device_of, with_secrets
from registry.workflow.people.links import link_waits
from registry.workflow.people.own_sessions import end_others, end_own, own_key, own_sessions
from registry.workflow.people.passwords import change_password
from registry.workflow.people.rotation import rotate_key

router = APIRouter(prefix="/me")


@router.get("")
def me(request: Request, visitor: Person, done: str = "") -> HTMLResponse:
    """Who I am here, and how that is known."""
    if _unproven(visitor):
        return page(request, visitor, "me", sessions=[], key=None, waits=False, done="")
    context = visitor.context
    return page(
        request,
        visitor,
        "me",
        authentication=visitor.identity.authentication if visitor.identity else "",
        sessions=own_sessions(context),
        key=own_key(context),
        waits=link_waits(context),
        done=DONE.get(done, ""),
    )


DONE = {
    "password": "The password is changed, and your other sessions are ended.",
    "key": "You have a new signing key; the old one signed for it.",
    "session": "The session is ended.",
}


@router.post("/password")
def password(request: Request, visitor: Person, form: Form) -> Response:
    """Change the password, knowing the old one."""
    _require_twice(form, "password")
    here = with_secrets(visitor, form)
    change_password(here, form.get("new_password", ""), device_of(request))
    return RedirectResponse("/me?done=password", 303)


@router.post("/key")
def key(visitor: Person, form: Form) -> Response:
    """Rotate the key: the old one signs for the new one."""
    _require_twice(form, "passphrase")
    rotate_key(with_secrets(visitor, form), form.get("new_passphrase", ""))
    return RedirectResponse("/me?done=key", 303)


@router.post("/sessions/end-others")
def end_all_others(visitor: Person, form: Form) -> Response:
    """End every session but this one."""
    end_others(visitor.context)
    return RedirectResponse("/me?done=session", 303)


@router.post("/sessions/{session_id}/end")
def end(visitor: Person, form: Form, session_id: Number) -> Response:
    """End one session."""
    end_own(visitor.context, session_id)
    return RedirectResponse("/me?done=session", 303)


def _unproven(visitor: Visitor) -> bool:
    """In local mode, and for a service's token, there is no session that could be listed."""
    return visitor.identity is None or visitor.identity.session is None


def _require_twice(form: dict[str, str], what: str) -> None:
    if form.get(f"new_{what}") != form.get(f"new_{what}_again"):
        raise InvalidInput(f"the two new {what}s differ", expected=f"the same {what} twice")

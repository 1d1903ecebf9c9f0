"""``/login`` and ``/logout``; in local mode ``/enter/CODE`` and who one claims to be."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from registry.errors import NotPermitted
from registry.web.cookies import give, remember, take
from registry.web.desk import Given
from registry.web.forms import Form
from registry.web.kept import Kept, carried, local
from registry.web.sign_in_page import asked, go_on
from registry.web.visitor import Anybody, Person, Visitor, address_of, device_of
from registry.workflow.people.login import login, logout

router = APIRouter()


@router.get("/login")
def ask(request: Request, visitor: Anybody, next: str = "/") -> Response:
    """The form to sign in."""
    return asked(request, visitor, next=local(next))


@router.post("/login")
def sign_in(request: Request, visitor: Anybody, form: Form) -> Response:
    """Start a session, or claim a name in local mode; then go on where one was."""
    kept = carried(form)
    if visitor.desk.sittings is not None:
        _claim(visitor, form.get("name", ""))
        return _on(request, visitor, form, kept, visitor.secret or "")
    here = visitor.desk.acting(None, Given(form))
    started = login(here, form.get("name", ""), address_of(request), device_of(request))
    answer = give(_on(request, visitor, form, kept, started.secret), started.secret)
    return remember(answer, started.device)


def _on(
    request: Request, visitor: Visitor, form: dict[str, str], kept: Kept | None, secret: str
) -> Response:
    if kept is None:
        return RedirectResponse(local(form.get("next", "/")), 303)
    now = Visitor(visitor.desk, visitor.desk.who(secret), secret)
    return go_on(request, now, kept)


@router.get("/enter/{code}")
def enter(visitor: Anybody, code: str) -> Response:
    """Let a browser in with the code that the server printed; once."""
    sittings = visitor.desk.sittings
    secret = sittings.enter(code) if sittings else None
    if secret is None:
        raise NotPermitted(
            "the link was used already, or is not one of this server",
            todo="start the server again for a new link",
        )
    return give(RedirectResponse("/login", 303), secret)


@router.post("/logout")
def sign_out(visitor: Person, form: Form) -> Response:
    """End the session."""
    if visitor.desk.sittings is not None:
        visitor.desk.sittings.names[visitor.secret or ""] = None
        return RedirectResponse("/login", 303)
    logout(visitor.context)
    return take(RedirectResponse("/login", 303))


def _claim(visitor: Anybody, name: str) -> None:
    sittings = visitor.desk.sittings
    if sittings is None or visitor.secret not in sittings.names:
        raise NotPermitted("nobody came in by the link of this server")
    before = sittings.names[visitor.secret]
    sittings.names[visitor.secret] = name
    try:
        visitor.desk.identified(visitor.desk.home.settings.proof, claimed=name)
    except NotPermitted:
        sittings.names[visitor.secret] = before
        raise

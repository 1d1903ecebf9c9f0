"""``/login`` and ``/logout``; in local mode ``/enter/CODE`` and who one claims to be."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.errors import NotPermitted
from registry.web.desk import Given
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import COOKIE, Anybody, Person
from registry.workflow.listing import accounts
from registry.workflow.people.login import login, logout

router = APIRouter()


@router.get("/login")
def ask(request: Request, visitor: Anybody, next: str = "/") -> HTMLResponse:
    """The form to sign in; in local mode the names there are."""
    names = [str(one["name"]) for one in accounts(visitor.context)] if visitor.desk.local else []
    inside = visitor.secret is not None and visitor.over is None
    return page(
        request,
        visitor,
        "login",
        next=_local(next),
        names=names if inside else [],
        over=visitor.over or "",
    )


@router.post("/login")
def sign_in(visitor: Anybody, form: Form) -> Response:
    """Start a session, or claim a name in local mode."""
    answer = RedirectResponse(_local(form.get("next", "/")), 303)
    if visitor.desk.sittings is not None:
        _claim(visitor, form.get("name", ""))
        return answer
    started = login(visitor.desk.acting(None, Given(form)), form.get("name", ""))
    return _with_cookie(answer, started.secret)


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
    return _with_cookie(RedirectResponse("/login", 303), secret)


@router.post("/logout")
def sign_out(visitor: Person, form: Form) -> Response:
    """End the session."""
    if visitor.desk.sittings is not None:
        visitor.desk.sittings.names[visitor.secret or ""] = None
        return RedirectResponse("/login", 303)
    logout(visitor.context)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


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


def _with_cookie(answer: Response, secret: str) -> Response:
    answer.set_cookie(COOKIE, secret, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _local(address: str) -> str:
    """An address of this desk; another site's would make the page to sign in a lure."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"

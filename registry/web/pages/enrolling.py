"""``/enrol``: with an admin's code to a password, a second factor and a signing key."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from registry.errors import InvalidInput, NotPermitted
from registry.reports.qr import qr
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import Anybody, address_of
from registry.workflow.people.addresses import enrolment_failed, require_patience
from registry.workflow.people.enrolment import enrol

router = APIRouter()


@router.get("/enrol")
def ask(request: Request, visitor: Anybody) -> HTMLResponse:
    """The form to enrol with a code."""
    return page(request, visitor, "enrol", name="", code="")


@router.get("/enrol/{name}/{code}")
def linked(request: Request, visitor: Anybody, name: str, code: str) -> HTMLResponse:
    """The same form, by the link that was printed for the first admin; the code works once."""
    return page(request, visitor, "enrol", name=name, code=code)


@router.post("/enrol")
def enrolled(request: Request, visitor: Anybody, form: Form) -> HTMLResponse:
    """Enrol, and show the second factor this once."""
    home, address = visitor.desk.home, address_of(request)
    require_patience(home, address)
    _require_twice(form)
    name = form.get("name", "")
    try:
        done = enrol(
            home,
            name,
            form.get("enrolment", ""),
            form.get("new_password", ""),
            form.get("new_passphrase", ""),
        )
    except NotPermitted:
        enrolment_failed(home, address)
        raise
    picture = qr(
        "authenticator", done.uri, "Your second factor", "A QR code for an authenticator app."
    )
    return page(request, visitor, "enrolled", done=done, picture=picture)


def _require_twice(form: dict[str, str]) -> None:
    """What cannot be read while it is typed is typed twice."""
    for name in ("password", "passphrase"):
        if form.get(f"new_{name}") != form.get(f"new_{name}_again"):
            raise InvalidInput(f"the two {name}s differ", expected=f"the same {name} twice")

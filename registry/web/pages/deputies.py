"""``/deputies``: who may sign for whom, and until when."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.web.answering import answered, filled, require_passphrase
from registry.web.forms import Form
from registry.web.visitor import Person, Visitor, with_secrets
from registry.workflow.account_listing import accounts
from registry.workflow.deputies import deputies, end_deputy, name_deputy
from registry.workflow.people.signing import asks_code

router = APIRouter()


@router.get("/deputies")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """Who signs for whom, and the form to name somebody."""
    return _page(request, visitor, request.query_params)


@router.post("/deputies")
def name(request: Request, visitor: Person, form: Form) -> Response:
    """Let somebody sign in one's own roles on some days."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        days = (form.get("first", ""), form.get("last", ""))
        name_deputy(
            with_secrets(visitor, form), form.get("deputy", ""), *days, form.get("reason", "")
        )
        return "/deputies"

    return answered(do, lambda error: _page(request, visitor, form, error))


@router.post("/deputies/{label}/end")
def end(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """End it before its last day."""

    def do() -> str:
        end_deputy(visitor.context, label, form.get("reason", ""))
        return "/deputies"

    return answered(do, lambda error: _page(request, visitor, form, error))


def _page(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    every = given.get("all") == "1"
    rows = deputies(visitor.context, every=every)
    name = visitor.identity.name if visitor.identity else ""
    people = [str(one["name"]) for one in accounts(visitor.context) if one["state"] == "active"]
    return filled(
        request,
        visitor,
        "deputies",
        given,
        error,
        rows=rows,
        every=every,
        mine=[one for one in rows if name in (one["who"], one["for"]) and not one["ended_at"]],
        people=[one for one in people if one != name],
        code=asks_code(visitor.context),
    )

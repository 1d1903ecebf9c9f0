"""``/access``: who wants which data, for what, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.web.answering import answered, filled
from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.visitor import Person, Visitor
from registry.workflow.access.answer import answer_access, withdraw_access
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.access.find import access_part, access_request
from registry.workflow.browse.actions import known_uses
from registry.workflow.browse.names import dataset_names
from registry.workflow.browse.parts import Place
from registry.workflow.requested import AUDIENCES

router = APIRouter()


@router.get("/access")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """What waits for an answer, or all, and the form to ask."""
    return _list(request, visitor, request.query_params)


@router.post("/access")
def ask(request: Request, visitor: Person, form: Form) -> Response:
    """Ask for data."""

    def do() -> str:
        wanted = Wanted(
            form.get("dataset", ""),
            form.get("recipient", ""),
            form.get("use", ""),
            form.get("audience", ""),
            form.get("purpose", ""),
            form.get("until", ""),
            form.get("agreement") or None,
        )
        return f"/access/{request_access(visitor.context, wanted)['access']}"

    return answered(do, lambda error: _list(request, visitor, form, error))


@router.get("/access/{label}")
def one(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """One of them, with the form to answer it."""
    return _one(request, visitor, label, {})


@router.post("/access/{label}/answer")
def answer(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """Answer it, or refuse it."""

    def do() -> str:
        refuse = form.get("do") == "refuse"
        answer_access(visitor.context, label, form.get("answer", ""), refuse=refuse)
        return f"/access/{quote(label)}"

    return answered(do, lambda error: _one(request, visitor, label, form, error))


@router.post("/access/{label}/withdraw")
def withdraw(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """Take one's own back."""

    def do() -> str:
        withdraw_access(visitor.context, label)
        return f"/access/{quote(label)}"

    return answered(do, lambda error: _one(request, visitor, label, form, error))


def _list(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    every = given.get("all") == "1"
    context = visitor.context
    found = access_part(context, Place.of(request.query_params), every=every)
    return filled(
        request,
        visitor,
        "access/list",
        given,
        error,
        rows=found.rows,
        turns=turns("/access", {"all": "1" if every else ""}, found),
        every=every,
        datasets=dataset_names(context),
        uses=known_uses(context),
        audiences=AUDIENCES,
    )


def _one(
    request: Request,
    visitor: Visitor,
    label: str,
    given: Mapping[str, str],
    error: RegistryError | None = None,
) -> HTMLResponse:
    return filled(
        request,
        visitor,
        "access/request",
        given,
        error,
        found=access_request(visitor.context, label),
    )

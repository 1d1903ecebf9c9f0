"""``/agreements``: documents that data is shared under."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.web.answering import answered, filled
from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.received import received
from registry.web.uploads import Upload
from registry.web.visitor import Person, Visitor
from registry.workflow.agreement_listing import agreement, agreements_part
from registry.workflow.agreements import Document, add_agreement, agreement_label, end_agreement
from registry.workflow.browse.parts import Place

router = APIRouter()


@router.get("/agreements")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """Those in force, or all, and the form to record one."""
    return _list(request, visitor, request.query_params)


@router.post("/agreements")
def add(request: Request, visitor: Person, upload: Upload) -> Response:
    """Record an agreement with its document."""
    form = upload.fields

    def do() -> str:
        parties = [one.strip() for one in form.get("parties", "").splitlines() if one.strip()]
        with received(upload, "file", "the document") as path:
            days = (form.get("first", ""), form.get("until", ""))
            row = add_agreement(
                visitor.context, Document(form.get("name", "").strip(), path, parties, *days)
            )
        return f"/agreements/{agreement_label(row)}"

    return answered(do, lambda error: _list(request, visitor, form, error))


@router.get("/agreements/{label}")
def one(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """An agreement, and the releases that stand under it."""
    return _one(request, visitor, label, {})


@router.post("/agreements/{label}/end")
def end(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """End it before its last day."""

    def do() -> str:
        row = end_agreement(visitor.context, label, form.get("reason", ""))
        return f"/agreements/{agreement_label(row)}"

    return answered(do, lambda error: _one(request, visitor, label, form, error))


def _list(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    every = given.get("all") == "1"
    found = agreements_part(visitor.context, Place.of(request.query_params), every=every)
    return filled(
        request,
        visitor,
        "releases/agreements",
        given,
        error,
        rows=found.rows,
        turns=turns("/agreements", {"all": "1" if every else ""}, found),
        every=every,
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
        "releases/agreement",
        given,
        error,
        found=_shown(agreement(visitor.context, label)),
    )


def _shown(found: Mapping[str, object]) -> dict[str, object]:
    """Without the place on the server, which is nobody's business in a browser."""
    return {name: value for name, value in found.items() if name != "file"}

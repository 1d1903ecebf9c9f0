"""``/recalls``: what was called back, and whether the recipients answered."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.web.answering import answered, status_of
from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.browse.parts import Place
from registry.workflow.recalls.acknowledge import Answer, acknowledge
from registry.workflow.recalls.listing import outstanding, recalls_part

router = APIRouter()


@router.get("/recalls")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """Those that nobody acknowledged yet, or all."""
    return _page(request, visitor, request.query_params)


@router.post("/recalls")
def answer(request: Request, visitor: Person, form: Form) -> Response:
    """Record that a recipient answered."""

    def do() -> str:
        # The code of a notice is no secret of a person's: it proves that the notice was read.
        said = Answer(form.get("by", ""), form.get("evidence", ""), form.get("notice_code", ""))
        acknowledge(visitor.context, form.get("release", ""), said)
        return "/recalls?all=1"

    return answered(do, lambda error: _page(request, visitor, form, error))


def _page(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    every = given.get("all") == "1"
    found = recalls_part(visitor.context, Place.of(request.query_params), every=every)
    return page(
        request,
        visitor,
        "releases/recalls",
        status_of(error),
        rows=found.rows,
        turns=turns("/recalls", {"all": "1" if every else ""}, found),
        every=every,
        outstanding=outstanding(visitor.context),
        given=dict(given),
        error=error,
    )

"""``/recipients``: who receives data, and how a recall reaches them."""

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
from registry.workflow.recipient_listing import recipients_part
from registry.workflow.recipients import Reach, add_recipient

router = APIRouter()


@router.get("/recipients")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """The recipients, and the form to record one."""
    return _page(request, visitor, {})


@router.post("/recipients")
def record(request: Request, visitor: Person, form: Form) -> Response:
    """Record a recipient, or how a recorded one is reached from now on."""

    def do() -> str:
        contact, webhook = (form.get(one, "").strip() or None for one in ("contact", "webhook"))
        reach = Reach(contact, webhook, forget=form.get("forget") == "yes")
        add_recipient(visitor.context, form.get("name", ""), reach)
        return "/recipients"

    return answered(do, lambda error: _page(request, visitor, form, error))


def _page(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    found = recipients_part(visitor.context, Place.of(request.query_params))
    return page(
        request,
        visitor,
        "releases/recipients",
        status_of(error),
        rows=found.rows,
        turns=turns("/recipients", {}, found),
        given=dict(given),
        error=error,
    )

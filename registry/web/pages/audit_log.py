"""``/audit/log``: how the log stands, signing it, and checking every byte of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.web.answering import status_of
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.auditing.log_state import log_state
from registry.workflow.verify import Verified, verify

router = APIRouter()


@router.get("/audit/log")
def state(request: Request, visitor: Person) -> HTMLResponse:
    """Size, exposure, and the last checkpoint and anchor."""
    return _page(request, visitor)


@router.post("/audit/log/verify")
def check(request: Request, visitor: Person, form: Form) -> HTMLResponse:
    """Check every stored byte, the chain, the tree, the triggers and the records."""
    try:
        return _page(request, visitor, verify(visitor.context))
    except RegistryError as error:
        return _page(request, visitor, error=error)


@router.post("/audit/log/checkpoint")
def sign(visitor: Person, form: Form) -> Response:
    """Sign the log as it is now; the note is to be kept in another place."""
    headers = {"content-disposition": 'attachment; filename="checkpoint.txt"'}
    return Response(str(checkpoint(visitor.context)), media_type="text/plain", headers=headers)


def _page(
    request: Request,
    visitor: Visitor,
    verified: Verified | None = None,
    error: RegistryError | None = None,
) -> HTMLResponse:
    return page(
        request,
        visitor,
        "audit/log",
        status_of(error),
        state=log_state(visitor.context),
        verified=verified,
        error=error,
    )

"""``/compare``: two versions side by side."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from registry.reports.document import Document
from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow.reports.compare import compare

router = APIRouter()


@router.get("/compare")
def comparing(request: Request, visitor: Person, first: str = "", second: str = "") -> HTMLResponse:
    """What changed from one to the other; the form alone until both are named."""
    first, second = first.strip(), second.strip()
    document: Document | None = None
    if first and second:
        document = compare(visitor.context, first, second)
    return page(request, visitor, "compare", first=first, second=second, document=document)

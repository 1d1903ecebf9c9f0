"""``/datasets``: every version, and one of them with all that is known of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow import listing
from registry.workflow.reports.report import report

router = APIRouter()


@router.get("/datasets")
def datasets(request: Request, visitor: Person) -> HTMLResponse:
    """Every version of every dataset."""
    return page(request, visitor, "datasets", versions=listing.versions(visitor.context))


@router.get("/datasets/{label}")
def dataset(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """One version: the quality report's sections, from the same document."""
    document = report(visitor.context, label, "quality")
    return page(request, visitor, "dataset", document=document, label=label)

"""``/jobs``: evaluations behind the desk, and how far each came."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow.browse.parts import Place
from registry.workflow.jobs.cancel import cancel
from registry.workflow.jobs.find import job, jobs_part
from registry.workflow.permissions import ALLOWED

router = APIRouter()


@router.get("/jobs")
def every(request: Request, visitor: Person) -> HTMLResponse:
    """The jobs, the newest first."""
    found = jobs_part(visitor.context, Place.of(request.query_params))
    return page(request, visitor, "jobs", jobs=found.rows, turns=turns("/jobs", {}, found))


@router.get("/jobs/{label}")
def one(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """One job; the part with its progress asks for itself again until it has ended."""
    identity = visitor.identity
    may = bool(identity and identity.roles & ALLOWED["evaluate"])
    return page(request, visitor, "job", job=job(visitor.context, label), may=may)


@router.post("/jobs/{label}/cancel")
def stop(visitor: Person, form: Form, label: str) -> Response:
    """Cancel it; what it measured so far is not lost to the next one."""
    cancel(visitor.context, label)
    return RedirectResponse(f"/jobs/{label}", 303)

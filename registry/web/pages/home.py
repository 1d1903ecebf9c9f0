"""``/``: what waits for whoever signed in, what ends soon, and how much there is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from registry.reports.portfolio.states import states_plot
from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow.browse.ending import DAYS, ending
from registry.workflow.browse.glance import glance
from registry.workflow.browse.mine import desk

router = APIRouter()


@router.get("/")
def home(request: Request, visitor: Person) -> HTMLResponse:
    """What waits for me, what ends soon, and the portfolio at a glance."""
    context = visitor.context
    counts = glance(context)
    plot = states_plot(counts.registered, counts.evaluated, counts.withdrawn)
    return page(
        request,
        visitor,
        "home",
        desk=desk(context),
        ending=ending(context),
        days=DAYS,
        counts=counts,
        plot=plot if counts.versions else None,
    )

"""``/datasets/NAME@V``: one version, each of its sides on a page of its own, made on demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from registry.errors import NotFound
from registry.reports.document import Section
from registry.reports.estimates import figures
from registry.reports.lineage.drawing import drawn
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.browse.actions import actions
from registry.workflow.browse.history import history
from registry.workflow.browse.lineage import lineage
from registry.workflow.browse.measured import whole_table
from registry.workflow.browse.version import VersionRecord, version_record
from registry.workflow.jobs.find import jobs
from registry.workflow.jobs.real_tables import listed
from registry.workflow.reports.report import report

router = APIRouter()
Place = Annotated[int, Query(ge=0, le=2**53)]
SIDES: Final = {
    "": "Overview",
    "policy": "Policy",
    "evidence": "Evidence",
    "utility": "Utility (TSTR)",
    "trade-off": "Privacy and utility",
    "epsilon": "Epsilon and budget",
    "lineage": "Lineage",
    "signatures": "Signatures",
    "history": "History",
    "actions": "Actions",
}
POLICY: Final = ("verdict", "uses", "findings")
EPSILON: Final = ("costs",)
SIGNED: Final = ("signoffs",)
ELSEWHERE: Final = (*POLICY, *EPSILON, *SIGNED, "summary", "record")
"""Sections of the quality report that stand on other sides than that of the evidence."""


@router.get("/datasets/{label}")
def overview(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """What it is, how far it came, and what was decided: nothing that takes long to read."""
    record = version_record(visitor.context, label)
    open_jobs = [one for one in jobs(visitor.context, record.found.label) if one.open]
    measured = figures(whole_table(visitor.context, record))
    return _side(request, visitor, record, "", "overview", jobs=open_jobs, measured=measured)


@router.get("/datasets/{label}/history")
def past(request: Request, visitor: Person, label: str, before: Place = 0) -> HTMLResponse:
    """The events of the version, newest first."""
    record = version_record(visitor.context, label)
    events = history(visitor.context, label, before)
    return _side(request, visitor, record, "history", "history", events=events)


@router.get("/datasets/{label}/lineage")
def origins(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """Where it comes from and where it went, drawn and as a table."""
    record = version_record(visitor.context, label)
    graph = lineage(record)
    names = {one.key: one for one in graph.nodes}
    return _side(
        request,
        visitor,
        record,
        "lineage",
        "lineage",
        graph=graph,
        names=names,
        picture=drawn(graph),
    )


@router.get("/datasets/{label}/signatures")
def signatures(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """Every signature on its requests."""
    record = version_record(visitor.context, label)
    return _side(request, visitor, record, "signatures", "signatures")


@router.get("/datasets/{label}/actions")
def what_to_do(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """What the person who asks may do with it."""
    record = version_record(visitor.context, label)
    return _side(
        request,
        visitor,
        record,
        "actions",
        "actions",
        can=actions(visitor.context, record),
        tables=listed(visitor.desk.home.settings),
        limit=visitor.desk.home.settings.upload_limit,
        jobs=jobs(visitor.context, record.found.label),
    )


@router.get("/datasets/{label}/{side}")
def reported(request: Request, visitor: Person, label: str, side: str) -> HTMLResponse:
    """A side that stands in one of the reports, with its tables and plots."""
    if side not in _REPORTED:
        raise NotFound(f"a version has no side {side!r}", expected=" or ".join(filter(None, SIDES)))
    kind, wanted = _REPORTED[side]
    record = version_record(visitor.context, label)
    document = report(visitor.context, label, kind)
    sections = [one for one in document.sections if wanted(one)]
    return _side(request, visitor, record, side, "reported", sections=sections, document=document)


_REPORTED: Final[dict[str, tuple[str, Callable[[Section], bool]]]] = {
    "policy": ("quality", lambda one: one.anchor in POLICY),
    "evidence": ("quality", lambda one: one.anchor not in ELSEWHERE),
    "epsilon": ("quality", lambda one: one.anchor in EPSILON),
    "utility": ("tstr", lambda one: True),
    "trade-off": ("privacy-utility", lambda one: True),
}


def _side(
    request: Request,
    visitor: Visitor,
    record: VersionRecord,
    side: str,
    template: str,
    **shown: Any,
) -> HTMLResponse:
    address = f"/datasets/{record.label}"
    sides = [(f"{address}/{key}".rstrip("/"), name, key == side) for key, name in SIDES.items()]
    return page(
        request,
        visitor,
        f"dataset/{template}",
        record=record,
        label=record.label,
        sides=sides,
        side=SIDES[side],
        address=address,
        **shown,
    )

"""``/api/v1/dp-audits``: whether scores contradict the epsilon that a version claims."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import Path, Response, UploadFile
from pydantic import Field
from typing_extensions import TypedDict

from registry.errors import InvalidInput
from registry.web.api.callers import Body, OnceChanger
from registry.web.api.decisions import Bound
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.shown import shown
from registry.web.api.unchanged import Unchanged
from registry.web.api.uploads import received
from registry.web.api.words import Name, Text, Version
from registry.web.visitor import Person
from registry.workflow.context import Context
from registry.workflow.dp_audits.design import Asked
from registry.workflow.dp_audits.find import audit_label, is_audit_label
from registry.workflow.dp_audits.listing import audits
from registry.workflow.dp_audits.plan import plan_audit
from registry.workflow.dp_audits.submit import submit_scores

router = noun("dp-audits")
Audit = Annotated[Name, Path(description="AUD-1.")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**31)]


class DpAudit(TypedDict):
    """An audit. It can contradict a claim and never confirms one."""

    audit: str
    version: str
    method: str
    verdict: str
    at_least: Bound | str | None
    up_to: Bound | str
    claim: str
    generator: str
    design: dict[str, Any]
    scores_of: str
    alpha: float
    level: float
    note: str
    planned_by: str | None
    planned_at: str
    first_line: str
    scores: str | None
    counts: Any
    submitted_by: str | None
    submitted_at: str | None


class Planned(Body):
    """How a claim is to be audited, fixed before any score is known."""

    method: Name
    note: Text
    alpha: Finite = 0.05
    members: Count | None = None
    non_members: Count | None = None
    records: Count | None = None
    guesses: Count | None = None
    thresholds: tuple[Finite, ...] = ()


@router.get("/datasets/{version}/dp-audits")
def list_audits(visitor: Person, page: Paged, version: Version) -> list[DpAudit]:
    """Every audit of a version, those planned and never submitted too."""
    return page.of(shown(audits(visitor.context, version)))


@router.post("/datasets/{version}/dp-audits", status_code=201)
def plan(caller: OnceChanger, response: Response, version: Version, body: Planned) -> DpAudit:
    """Fix in the log how a claim is audited."""
    row = plan_audit(caller.context, version, Asked(**body.model_dump()))
    label = audit_label(row)
    response.headers["location"] = f"/api/v1/dp-audits/{label}"
    return _one(caller.context, label)


@router.get("/dp-audits/{audit}")
def show(visitor: Person, audit: Audit) -> DpAudit:
    """One audit."""
    return _one(visitor.context, audit)


@router.post("/dp-audits/{audit}/scores", dependencies=[Unchanged])
def submit(caller: OnceChanger, audit: Audit, scores: UploadFile) -> DpAudit:
    """Submit the scores of a planned audit, once; their digest is logged and the file not kept."""
    with received(caller.visitor.desk, scores) as (path,):
        label = audit_label(submit_scores(caller.context, audit, path))
    return _one(caller.context, label)


def _one(context: Context, label: str) -> DpAudit:
    if not is_audit_label(label):
        raise InvalidInput(f"{label!r} is no audit", expected="AUD-1, ...")
    (row,) = audits(context, label)
    return cast("DpAudit", shown(row))

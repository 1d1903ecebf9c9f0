"""``/api/v1/jobs``: evaluations behind the desk, and how far each came."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Response, UploadFile
from typing_extensions import TypedDict

from registry.web.api.callers import OnceChanger
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Version
from registry.web.real_tables import real_tables
from registry.web.visitor import Person
from registry.workflow.ahead import require_ahead
from registry.workflow.evaluation_inputs import Asked as Wanted
from registry.workflow.jobs.ask import ask
from registry.workflow.jobs.cancel import cancel
from registry.workflow.jobs.find import Shown, jobs
from registry.workflow.jobs.find import job as one
from registry.workflow.jobs.real_tables import forget_unless_asked, offered

router = noun("jobs")
Job = Annotated[Name, Path(description="J-3.")]


class Tables(TypedDict):
    """The real tables in the folder that the server may read."""

    tables: list[str]


@router.get("/real-tables")
def list_tables(visitor: Person) -> Tables:
    """The real tables on the server that an evaluation may name, for those who may evaluate."""
    return {"tables": offered(visitor.context)}


@router.post("/datasets/{version}/evaluations", status_code=202)
def evaluate(
    caller: OnceChanger,
    response: Response,
    version: Version,
    training: UploadFile | None = None,
    holdout: UploadFile | None = None,
    training_table: Annotated[Name, Form(description="On the server; see /real-tables.")] = "",
    holdout_table: Annotated[Name, Form(description="On the server; see /real-tables.")] = "",
    profile: Annotated[Name, Form()] = "standard",
    probe: Annotated[bool, Form()] = False,
    fresh: Annotated[bool, Form()] = False,
) -> Shown:
    """Have a version measured behind the desk, against real tables on the server or sent along.

    What is sent is deleted when the job ends.
    """
    context = caller.context
    require_ahead(context, "evaluate", version)
    named = {"training": training_table, "holdout": holdout_table}
    sent = {"training": training, "holdout": holdout}
    files = {field: one for field, one in sent.items() if one is not None}
    with real_tables(context, named, files) as tables:
        label = ask(context, version, tables, Wanted(profile, probe, fresh=fresh))
        forget_unless_asked(context, tables)
    response.headers["location"] = f"/api/v1/jobs/{label}"
    return one(context, label)


@router.get("/jobs")
def list_jobs(visitor: Person, page: Paged, version: Asked = None) -> list[Shown]:
    """The newest jobs, of one version or of all."""
    return page.cut(jobs(visitor.context, version, page.limit + 1, page.offset))


@router.get("/jobs/{job}")
def show(visitor: Person, job: Job) -> Shown:
    """One job: what is measured now, how far it came, and how it ended."""
    return one(visitor.context, job)


@router.post("/jobs/{job}/cancellation", dependencies=[Unchanged])
def stop(caller: OnceChanger, job: Job) -> Shown:
    """Cancel a job; what it measured so far is not lost to the next one."""
    cancel(caller.context, job)
    return one(caller.context, job)

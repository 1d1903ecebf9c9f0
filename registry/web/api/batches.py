"""``/api/v1/batches``: runs of a source planned together, which count as one mechanism."""

from __future__ import annotations

from typing import Annotated, Final, cast

from fastapi import Path, Response
from pydantic import Field
from typing_extensions import TypedDict

from registry.web.api.callers import OnceChanger, Secrets
from registry.web.api.named import named
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Text
from registry.web.visitor import Person
from registry.workflow.budgets import batch as fixing
from registry.workflow.budgets.batch_plan import planned_in
from registry.workflow.budgets.plans import batches
from registry.workflow.budgets.sign_batch import sign_batch

router = noun("batches")
LONGEST: Final = 500_000
"""Characters of a plan: a thousand runs, each with its own guarantee."""
Batch = Annotated[Name, Path(description="BATCH-1.")]


class BatchRow(TypedDict):
    """A batch; ``runs`` is the JSON of its whole plan."""

    id: str
    source: str
    batch: str
    epsilon: float
    delta: float
    library: str
    runs: str
    reason: str
    state: str
    declared_by: str | None
    signed_by: str | None


class Plan(Secrets):
    """Runs that are planned together before any is made; ``plan`` is YAML, as for the command."""

    source: Name
    name: Name
    plan: str = Field(max_length=LONGEST, description="A document of the kind BatchPlan, YAML.")
    reason: Text


@router.get("/batches")
def list_batches(visitor: Person, page: Paged, source: Asked = None) -> list[BatchRow]:
    """The batches, with the whole plan of each and who signed it."""
    return page.of(batches(visitor.context, source))


@router.post("/batches", status_code=201)
def fix(caller: OnceChanger, response: Response, body: Plan) -> fixing.Fixed:
    """Plan runs of a source together; they count as one once a second person signs."""
    plan = planned_in(body.plan.encode(), "plan")
    asked = fixing.Asked(body.source, body.name, plan, body.reason)
    found = fixing.batch(caller.signing(body), asked)
    response.headers["location"] = f"/api/v1/batches/{found.batch}"
    return found


@router.get("/batches/{batch}")
def show(visitor: Person, batch: Batch) -> BatchRow:
    """One batch."""
    rows = batches(visitor.context)
    return cast("BatchRow", named(rows, "id", batch.upper(), "batch", "BATCH-1, ..."))


@router.post("/batches/{batch}/signature", status_code=201, dependencies=[Unchanged])
def sign(caller: OnceChanger, batch: Batch, body: Secrets) -> fixing.Fixed:
    """Sign a batch that somebody else declared; from then on its runs can be made."""
    return sign_batch(caller.signing(body), batch)

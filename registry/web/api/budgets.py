"""``/api/v1/budgets``: the epsilon that a source may expose, and its ledger."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, cast

from fastapi import Path, Query, Response
from pydantic import Field
from typing_extensions import TypedDict

from registry.errors import InvalidInput
from registry.web.api.callers import OnceChanger, Secrets
from registry.web.api.decisions import Bound, Number
from registry.web.api.named import named
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.shown import shown
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Source, Text
from registry.web.visitor import Person
from registry.workflow.budgets import declare as declaring
from registry.workflow.budgets.listing import budgets
from registry.workflow.budgets.plan import plan
from registry.workflow.budgets.plan_batch import plan_batch
from registry.workflow.budgets.show import show as ledger
from registry.workflow.budgets.sign import InForce
from registry.workflow.budgets.sign import sign as sign_budget

router = noun("budgets")
Budget = Annotated[Name, Path(description="B-1.")]
BudgetRow = TypedDict(
    "BudgetRow",
    {
        "budget": str,
        "source": str,
        "audience": str,
        "epsilon": float,
        "delta": float,
        "unit": str,
        "relation": str,
        "method": str,
        "from": str | None,
        "until": str | None,
        "reason": str,
        "supersedes": str | None,
        "order": float | None,
        "state": str,
        "declared_by": str | None,
        "signed_by": str | None,
        "authentication": list[str],
    },
)
Spent = TypedDict(
    "Spent",
    {
        "audience": str,
        "budget": str | None,
        "epsilon": float | None,
        "delta": float | None,
        "spent epsilon": Bound | None,
        "spent delta": float | None,
        "used": Bound | None,
        "remaining": float | None,
        "state": str,
        "why": str,
    },
)
LedgerRow = TypedDict(
    "LedgerRow",
    {
        "entry": int,
        "kind": str,
        "version": str,
        "audience": str | None,
        "recipient": str | None,
        "epsilon": Number | None,
        "delta": Number | None,
        "rho": Number | None,
        "renyi": Any,
        "unit": str | None,
        "relation": str | None,
        "partition": str | None,
        "batch": NotRequired[str | None],
        "counted as": str,
        "why": str | None,
        "event": int,
        "content": str,
    },
)


BatchRow = TypedDict(
    "BatchRow",
    {
        "batch": str,
        "runs": int,
        "made": int,
        "epsilon": Number,
        "delta": Number,
        "charged to": list[str],
        "why": str,
        "library": str,
        "event": int,
    },
)


class Method(TypedDict):
    """What the entries come to, added up in one way."""

    total: str
    method: str | None
    epsilon: Bound | None
    delta: float | None
    valid: bool
    why: str | None


class Holding(TypedDict):
    """What one recipient holds."""

    audience: str
    recipient: str
    versions: list[str]
    note: str | None


class Ledger(TypedDict):
    """The ledger of a source, what it comes to, and what remains of its budgets."""

    source: str
    entries: int
    head: str
    budgets: list[Spent]
    batches: list[BatchRow]
    ledger: list[LedgerRow]
    methods: list[Method]
    recipients: list[Holding]


class PlannedRow(TypedDict):
    """Whether a release would fit a budget, and what would remain."""

    audience: str
    budget: str
    fits: bool
    epsilon: Bound | None
    delta: float | None
    used: Bound | None
    remaining: float
    why: str


class Declaration(Secrets):
    """What a source may expose to an audience; in force once a second person signs it."""

    source: Name
    epsilon: Annotated[float, Field(allow_inf_nan=False)]
    delta: Annotated[float, Field(allow_inf_nan=False)]
    unit: Name
    relation: Name
    audience: Name
    reason: Text
    method: Name = "basic"
    first: Name | None = Field(None, alias="from")
    last: Name | None = Field(None, alias="until")
    order: Annotated[float, Field(allow_inf_nan=False)] | None = None


@router.get("/budgets")
def list_budgets(
    visitor: Person,
    page: Paged,
    source: Asked = None,
    every: Annotated[bool, Query(alias="all")] = False,
) -> list[BudgetRow]:
    """The budgets in force, or that wait for a signature; ``all``, superseded ones as well."""
    return page.of(budgets(visitor.context, source, every=every))


@router.post("/budgets", status_code=201)
def declare(caller: OnceChanger, response: Response, body: Declaration) -> declaring.Declared:
    """Declare what a source may expose to an audience; a second person signs it."""
    how = (body.method, body.first, body.last, body.order)
    asked = declaring.Asked(
        body.source,
        body.epsilon,
        body.delta,
        body.unit,
        body.relation,
        body.audience,
        body.reason,
        *how,
    )
    found = declaring.declare(caller.signing(body), asked)
    response.headers["location"] = f"/api/v1/budgets/{found.budget}"
    return found


@router.get("/budgets/{budget}")
def show(visitor: Person, budget: Budget) -> BudgetRow:
    """One budget."""
    rows = budgets(visitor.context, every=True)
    return cast("BudgetRow", named(rows, "budget", budget.upper(), "budget", "B-1, ..."))


@router.post("/budgets/{budget}/signature", status_code=201, dependencies=[Unchanged])
def sign(caller: OnceChanger, budget: Budget, body: Secrets) -> InForce:
    """Sign a budget that somebody else declared; from then on it is in force."""
    return sign_budget(caller.signing(body), budget)


@router.get("/sources/{source}/budget")
def show_ledger(visitor: Person, source: Source, audience: Asked = None) -> Ledger:
    """The ledger of a source, what it comes to by every method, and what remains."""
    return cast("Ledger", shown(ledger(visitor.context, source, audience)))


@router.get("/sources/{source}/budget/plan")
def would_fit(
    visitor: Person,
    source: Source,
    epsilon: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    delta: Annotated[float, Query(allow_inf_nan=False)] = 0.0,
    batch: Asked = None,
    audience: Asked = None,
) -> list[PlannedRow]:
    """Whether a release would fit every budget it is charged to, and what would remain.

    Of one release of ``epsilon`` and ``delta``, or of all runs of a ``batch``.
    """
    if (epsilon is None) == (batch is None):
        raise InvalidInput("a plan is of one release or of one batch", expected="epsilon or batch")
    found = (
        plan_batch(visitor.context, source, batch, audience)
        if batch is not None
        else plan(visitor.context, source, epsilon or 0.0, delta, audience)
    )
    return cast("list[PlannedRow]", shown(found))

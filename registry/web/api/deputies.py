"""``/api/v1/deputies``: who signs for whom, from which day to which."""

from __future__ import annotations

from typing import Annotated, NotRequired, cast

from fastapi import Path, Query
from pydantic import Field
from typing_extensions import TypedDict

from registry.web.api.callers import OnceChanger, Secrets
from registry.web.api.named import named
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Name, Text
from registry.web.visitor import Person
from registry.workflow.deputies import deputies, end_deputy, name_deputy

router = noun("deputies")
Deputy = Annotated[Name, Path(description="D-2.")]
DeputyRow = TypedDict(
    "DeputyRow",
    {
        "deputy": str,
        "who": str | None,
        "for": str | None,
        "from": str,
        "until": str,
        "state": str,
        "reason": str,
        "authentication": str,
        "key": str | None,
        "ended_by": NotRequired[str | None],
        "ended_at": NotRequired[str | None],
        "ended_reason": NotRequired[str | None],
    },
)


class Naming(Secrets):
    """Who signs in one's own roles, from which day to which."""

    deputy: Name
    first: Name = Field(alias="from")
    last: Name = Field(alias="until")
    reason: Text
    principal: Name | None = None


class Ending(Secrets):
    """Why it ends."""

    reason: Text


@router.get("/deputies")
def list_deputies(
    visitor: Person, page: Paged, every: Annotated[bool, Query(alias="all")] = False
) -> list[DeputyRow]:
    """Who signs for whom, now and from now on; ``all``, those that are over as well."""
    return page.of(deputies(visitor.context, every=every))


@router.post("/deputies", status_code=201)
def name(caller: OnceChanger, body: Naming) -> DeputyRow:
    """Let somebody sign in one's own roles on some days."""
    context = caller.signing(body)
    row = name_deputy(context, body.deputy, body.first, body.last, body.reason, body.principal)
    return cast("DeputyRow", row)


@router.get("/deputies/{deputy}")
def show(visitor: Person, deputy: Deputy) -> DeputyRow:
    """One of them."""
    rows = deputies(visitor.context, every=True)
    return cast("DeputyRow", named(rows, "deputy", deputy.upper(), "deputy", "D-1, ..."))


@router.post("/deputies/{deputy}/end", dependencies=[Unchanged])
def end(caller: OnceChanger, deputy: Deputy, body: Ending) -> DeputyRow:
    """End it before its last day; either of the two may."""
    return cast("DeputyRow", end_deputy(caller.signing(body), deputy, body.reason))

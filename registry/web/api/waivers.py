"""``/api/v1/waivers``: signed exceptions to rules, each with an end."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Query, Response
from typing_extensions import TypedDict

from registry.web.api.callers import OnceChanger, Secrets
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Text
from registry.web.visitor import Person
from registry.workflow.waive import Asked as Wanted
from registry.workflow.waive import end as end_waiver
from registry.workflow.waive import waive
from registry.workflow.waiver_listing import listed, portfolio
from registry.workflow.waiver_listing import shown as one
from registry.workflow.waivers import waiver_label

router = noun("waivers")
Waiver = Annotated[Name, Path(description="W-3.")]


class WaiverRow(TypedDict):
    """A waiver, and whether it counts today."""

    waiver: str
    version: str
    policy: str
    rule: str
    until: str
    state: str
    owner: str
    ticket: str | None
    approved_by: str | None
    role: str
    approved_at: str


class WaiverShown(WaiverRow):
    """One waiver with everything that was signed."""

    void_because: str | None
    reason: str
    control: str
    statement: str
    authentication: str
    key: str | None
    signature: str | None
    ended_by: str | None
    ended_at: str | None
    ended_reason: str | None


class Portfolio(TypedDict):
    """How much rests on waivers."""

    in_force: int
    versions: int
    ending_within_30_days: int
    releases_resting_on_one: int


class Excepted(Secrets):
    """One rule excepted for one version: who answers, what is done instead, and until when."""

    version: Name
    rule: Name
    reason: Text
    owner: Name
    control: Text
    until: Name
    policy: Name | None = None
    ticket: Name | None = None


class Ending(Secrets):
    """Why a waiver ends."""

    reason: Text


@router.get("/waivers")
def list_waivers(
    visitor: Person,
    page: Paged,
    expiring: Asked = None,
    every: Annotated[bool, Query(alias="all")] = False,
) -> list[WaiverRow]:
    """The waivers in force, those that end first at the top; ``expiring`` is a span: 30d."""
    return page.of(listed(visitor.context, expiring, every=every))


@router.get("/waivers/portfolio")
def total(visitor: Person) -> Portfolio:
    """How much rests on waivers."""
    return cast("Portfolio", portfolio(visitor.context))


@router.post("/waivers", status_code=201)
def grant(caller: OnceChanger, response: Response, body: Excepted) -> WaiverShown:
    """Waive one rule for one version, in the role that the policy names."""
    asked = Wanted(
        body.rule, body.reason, body.owner, body.control, body.until, body.policy, body.ticket
    )
    label = waiver_label(waive(caller.signing(body), body.version, asked))
    response.headers["location"] = f"/api/v1/waivers/{label}"
    return cast("WaiverShown", one(caller.context, label))


@router.get("/waivers/{waiver}")
def show(visitor: Person, waiver: Waiver) -> WaiverShown:
    """A waiver with its reason, its compensating control and how it was signed."""
    return cast("WaiverShown", one(visitor.context, waiver))


@router.post("/waivers/{waiver}/end", dependencies=[Unchanged])
def end(caller: OnceChanger, waiver: Waiver, body: Ending) -> WaiverShown:
    """End a waiver before its day; what rests on it is decided anew."""
    label = waiver_label(end_waiver(caller.signing(body), waiver, body.reason))
    return cast("WaiverShown", one(caller.context, label))

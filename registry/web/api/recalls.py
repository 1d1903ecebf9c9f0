"""``/api/v1/recalls`` and ``/recipients``: notices that releases are over, and who gets them."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Query, Response
from typing_extensions import TypedDict

from registry.web.api.callers import Body, OnceChanger
from registry.web.api.named import named
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.words import Name, Release, Text
from registry.web.visitor import Person
from registry.workflow.context import Context
from registry.workflow.recalls.acknowledge import Answer, acknowledge
from registry.workflow.recalls.listing import recalls
from registry.workflow.recipient_listing import recipients
from registry.workflow.recipients import Reach, add_recipient

router = noun("recalls and recipients")


class RecallRow(TypedDict):
    """A recall: whether it arrived, and what was answered."""

    release: str
    version: str
    recipient: str
    state: str
    age_days: int
    delivery: str
    contact: str | None
    cause: str | None
    notice: str | None
    issued_by: str | None
    issued_at: str
    attempted_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    evidence: str | None
    recorded_by: str | None


class RecipientRow(TypedDict):
    """An organisation that data is released to, and how a recall reaches it."""

    recipient: str
    contact: str | None
    webhook: str | None
    secret: str | None
    added_by: str | None
    added_at: str


class Acknowledgement(Body):
    """Who answered at the recipient, what shows it, and the code of the notice they quoted."""

    by: Text
    evidence: Text
    code: Name


class Reached(Body):
    """A recipient, and how it is reached. The secret of its webhook is set on the server alone."""

    name: Name
    contact: Text | None = None
    webhook: Text | None = None
    forget: bool = False


@router.get("/recalls")
def list_recalls(
    visitor: Person, page: Paged, every: Annotated[bool, Query(alias="all")] = False
) -> list[RecallRow]:
    """The recalls that nobody acknowledged yet; ``all`` of them."""
    return page.of(recalls(visitor.context, every=every))


@router.post("/recalls/{release}/acknowledgement")
def answered(caller: OnceChanger, release: Release, body: Acknowledgement) -> RecallRow:
    """Record that a recipient answered a recall."""
    acknowledge(caller.context, release, Answer(body.by, body.evidence, body.code))
    found = [
        one for one in recalls(caller.context, every=True) if one["release"] == release.upper()
    ]
    return cast("RecallRow", found[-1])


@router.get("/recipients")
def list_recipients(visitor: Person, page: Paged) -> list[RecipientRow]:
    """The recipients, and how each is reached."""
    return page.of(recipients(visitor.context))


@router.post("/recipients", status_code=201)
def add(caller: OnceChanger, response: Response, body: Reached) -> RecipientRow:
    """Record a recipient, or change how a recorded one is reached."""
    reach = Reach(body.contact, body.webhook, None, body.forget)
    name = add_recipient(caller.context, body.name, reach).name
    return _named(caller.context, name)


def _named(context: Context, name: str) -> RecipientRow:
    return cast("RecipientRow", named(recipients(context), "recipient", name, "recipient"))

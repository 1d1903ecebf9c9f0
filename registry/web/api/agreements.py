"""``/api/v1/agreements``: recorded documents that data is shared under."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Form, Path, Query, Response, UploadFile
from typing_extensions import TypedDict

from registry.web.api.callers import OnceChanger
from registry.web.api.datasets import Why
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.uploads import received
from registry.web.api.words import Name
from registry.web.visitor import Person
from registry.workflow.agreement_listing import agreement as one
from registry.workflow.agreement_listing import agreements
from registry.workflow.agreements import Document, add_agreement, agreement_label, end_agreement

router = noun("agreements")
Agreement = Annotated[Name, Path(description="A-1, or its name.")]
AgreementRow = TypedDict(
    "AgreementRow",
    {
        "agreement": str,
        "name": str,
        "parties": list[str],
        "from": str,
        "until": str,
        "state": str,
        "added_by": str | None,
    },
)


class AgreementShown(AgreementRow):
    """An agreement, its document, and the releases that stand under it."""

    digest: str
    file: str
    file_name: str
    added_at: str
    ended_by: str | None
    ended_at: str | None
    ended_reason: str | None
    releases: list[str]


@router.get("/agreements")
def list_agreements(
    visitor: Person, page: Paged, every: Annotated[bool, Query(alias="all")] = False
) -> list[AgreementRow]:
    """The agreements in force, those that end first at the top; ``all`` of them."""
    return page.of(agreements(visitor.context, every=every))


@router.post("/agreements", status_code=201)
def add(
    caller: OnceChanger,
    response: Response,
    name: Annotated[Name, Form()],
    file: UploadFile,
    party: Annotated[list[Name], Form()],
    first: Annotated[Name, Form(alias="from", description="The first day, YYYY-MM-DD.")],
    until: Annotated[Name, Form(description="The last day, YYYY-MM-DD.")],
) -> AgreementShown:
    """Record an agreement: policies that ask for its name are met by it, for its parties."""
    with received(caller.visitor.desk, file) as (path,):
        row = add_agreement(caller.context, Document(name, path, party, first, until))
    label = agreement_label(row)
    response.headers["location"] = f"/api/v1/agreements/{label}"
    return cast("AgreementShown", one(caller.context, label))


@router.get("/agreements/{agreement}")
def show(visitor: Person, agreement: Agreement) -> AgreementShown:
    """An agreement, its document, and the releases that stand under it."""
    return cast("AgreementShown", one(visitor.context, agreement))


@router.post("/agreements/{agreement}/end", dependencies=[Unchanged])
def end(caller: OnceChanger, agreement: Agreement, body: Why) -> AgreementShown:
    """End an agreement before its last day. Releases under it stay in force until revoked."""
    label = agreement_label(end_agreement(caller.context, agreement, body.reason))
    return cast("AgreementShown", one(caller.context, label))

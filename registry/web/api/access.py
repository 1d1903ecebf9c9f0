"""``/api/v1/access-requests``: who wants which data, for what, and what was answered."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Query, Response
from typing_extensions import TypedDict

from registry.web.api.callers import Body, OnceChanger
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Name, Text
from registry.web.visitor import Person
from registry.workflow.access.answer import answer_access, withdraw_access
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.access.find import access_request, access_requests

router = noun("access requests")
Access = Annotated[Name, Path(description="Q-3.")]


class AccessRow(TypedDict):
    """Who wants which data until when, and what was answered."""

    access: str
    dataset: str
    recipient: str
    use: str
    audience: str
    purpose: str
    until: str
    agreement: str | None
    state: str
    asked_by: str | None
    asked_at: str
    answer: str | None
    ended_by: str | None
    ended_at: str | None


class AccessShown(AccessRow):
    """One of them, with the versions there are of what is wanted."""

    versions: list[str]


class Asking(Body):
    """What is asked for; ``until`` is the last day on which it is wanted."""

    dataset: Name
    recipient: Name
    use: Name
    audience: Name
    purpose: Text
    until: Name
    agreement: Name | None = None


class Answering(Body):
    """What is answered; with ``refuse`` it is a refusal."""

    answer: Text
    refuse: bool = False


@router.get("/access-requests")
def list_requests(
    visitor: Person, page: Paged, every: Annotated[bool, Query(alias="all")] = False
) -> list[AccessRow]:
    """What waits for an answer, the oldest first; ``all`` of it, ended ones too."""
    return cast("list[AccessRow]", page.of(access_requests(visitor.context, every=every)))


@router.post("/access-requests", status_code=201)
def ask(caller: OnceChanger, response: Response, body: Asking) -> AccessRow:
    """Ask for data, as any person may; it permits nothing, and a compliance officer answers."""
    found = cast("AccessRow", request_access(caller.context, Wanted(**body.model_dump())))
    response.headers["location"] = f"/api/v1/access-requests/{found['access']}"
    return found


@router.get("/access-requests/{access}")
def show(visitor: Person, access: Access) -> AccessShown:
    """One of them, with the versions there are of what is wanted."""
    return cast("AccessShown", access_request(visitor.context, access))


@router.post("/access-requests/{access}/answer", dependencies=[Unchanged])
def answer(caller: OnceChanger, access: Access, body: Answering) -> AccessRow:
    """Answer it, or refuse it."""
    found = answer_access(caller.context, access, body.answer, refuse=body.refuse)
    return cast("AccessRow", found)


@router.post("/access-requests/{access}/withdrawal", dependencies=[Unchanged])
def withdraw(caller: OnceChanger, access: Access) -> AccessRow:
    """Take one's own back."""
    return cast("AccessRow", withdraw_access(caller.context, access))

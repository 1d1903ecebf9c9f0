"""``/api/v1/requests``: versions put forward for release, and the signatures on them."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, cast

from fastapi import Query, Response
from typing_extensions import TypedDict

from registry.policy.facts import Context as Wanted
from registry.records import Meaning, Role
from registry.web.api.callers import Body, OnceChanger, Secrets
from registry.web.api.decisions import Number
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Name, Request, Text
from registry.web.visitor import Person
from registry.workflow.queue_pages import mine_page, queue_page
from registry.workflow.retract import retract
from registry.workflow.review import review
from registry.workflow.sign import Signed, sign
from registry.workflow.submit import Submitted, submitted
from registry.workflow.withdraw import Closed, withdrawn

router = noun("requests")
SignAs = TypedDict("SignAs", {"sign as": str})


class Waiting(TypedDict):
    """A request, and what keeps it waiting."""

    request: str
    version: str
    use: str
    audience: str
    jurisdiction: str | None
    state: str
    submitted_by: str
    submitted_at: str
    age: int
    needs: dict[str, int] | None
    blocked: str | None
    expires: str | None
    closed_reason: str | None


class Mine(Waiting, SignAs):
    """A request that the caller can approve now, and the role in which."""


Signatory = TypedDict(
    "Signatory",
    {
        "name": str | None,
        "for": str | None,
        "role": str,
        "meaning": str,
        "at": str,
        "age in days": int,
        "expires": str | None,
        "retracted at": str | None,
        "authentication": str,
        "reason": str | None,
        "statement": str,
        "key": str | None,
        "signature": str | None,
    },
)


class Told(TypedDict):
    """A finding as it was recorded with the request."""

    rule: str | None
    outcome: str | None
    observed: str | Number | None
    expected: str | None
    margin: Number | str | None
    waiver: str | None
    message: str | None


Review = TypedDict(
    "Review",
    {
        "request": str,
        "state": str,
        "stands": bool | str,
        "dataset": dict[str, str],
        "context": dict[str, str | None],
        "policies": list[dict[str, str]],
        "waivers": NotRequired[list[str]],
        "chosenFrom": NotRequired[list[str]],
        "evidence": list[str],
        "decision": dict[str, str | None],
        "submitted by": str | None,
        "submitted at": str,
        "age in days": int,
        "approved at": NotRequired[str],
        "approval expires": NotRequired[str | None],
        "lapsed": NotRequired[str | bool],
        "closed at": NotRequired[str | None],
        "closed because": NotRequired[str],
        "signatures": str,
        "still needed": dict[str, int],
        "findings": list[Told],
        "signoffs": list[Signatory],
    },
)


class Submission(Body):
    """What is put forward, for which use and for whom; ``chosen_from`` are versions compared."""

    version: Name
    use: Name
    audience: Name
    jurisdiction: Name | None = None
    chosen_from: tuple[Name, ...] = ()


class Signature(Secrets):
    """What a person signs. ``role`` is one of theirs; ``principal`` is whose deputy they are."""

    meaning: Literal["approve", "reject", "return", "author", "review", "take-responsibility"]
    reason: Text
    role: Role | None = None
    principal: Name | None = None


class Retraction(Secrets):
    """Which signature of one's own is taken back, and why."""

    reason: Text
    meaning: Meaning | None = None


class Ending(Body):
    """Why a request is withdrawn."""

    reason: Text | None = None


@router.get("/requests")
def list_requests(
    visitor: Person, page: Paged, every: Annotated[bool, Query(alias="all")] = False
) -> list[Waiting]:
    """What waits for sign-off or release, and what keeps it waiting; ``all`` of it, closed too."""
    return page.cut(queue_page(visitor.context, page.limit + 1, page.offset, every=every))


@router.get("/requests/mine")
def list_mine(visitor: Person, page: Paged) -> list[Mine]:
    """What the caller can approve now, and in which role."""
    return page.cut(mine_page(visitor.context, page.limit + 1, page.offset))


@router.post("/requests", status_code=201)
def submit(caller: OnceChanger, response: Response, body: Submission) -> Submitted:
    """Put a version forward; refused if the policies do not allow it."""
    wanted = Wanted(body.use, body.audience, body.jurisdiction, body.chosen_from)
    found = submitted(caller.context, body.version, wanted)
    response.headers["location"] = f"/api/v1/requests/{found.request}"
    return found


@router.get("/requests/{request}")
def show(visitor: Person, request: Request) -> Review:
    """Exactly what a signature on the request would cover, and who signed."""
    return cast("Review", review(visitor.context, request))


@router.post("/requests/{request}/signatures", status_code=201, dependencies=[Unchanged])
def sign_request(caller: OnceChanger, request: Request, body: Signature) -> Signed:
    """Sign a request in person: a token never does."""
    return sign(
        caller.signing(body),
        request,
        Meaning(body.meaning),
        reason=body.reason,
        role=body.role,
        principal=body.principal,
    )


@router.post("/requests/{request}/retraction", status_code=201, dependencies=[Unchanged])
def retract_signature(caller: OnceChanger, request: Request, body: Retraction) -> Signed:
    """Take back one's own signature before release; it stays readable, and counts no more."""
    return retract(caller.signing(body), request, body.reason, body.meaning)


@router.post("/requests/{request}/withdrawal", dependencies=[Unchanged])
def withdraw(caller: OnceChanger, request: Request, body: Ending) -> Closed:
    """Withdraw a request that one submitted oneself."""
    return withdrawn(caller.context, request, body.reason)

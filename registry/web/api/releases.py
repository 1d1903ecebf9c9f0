"""``/api/v1/releases``: what has left the room, and until when."""

from __future__ import annotations

from typing import NotRequired, cast

from fastapi import Response
from typing_extensions import TypedDict

from registry.web.api.callers import Body, Changer, OnceChanger
from registry.web.api.datasets import Why
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.shown import shown
from registry.web.api.stopped import Recalled, recalled
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Release
from registry.web.visitor import Person
from registry.workflow.recalls.resend import resend
from registry.workflow.recheck import recheck
from registry.workflow.release import Released, Terms, release
from registry.workflow.release_listing import Wanted, release_shown, releases_wanted
from registry.workflow.revoke import revoke

router = noun("releases")


class ReleaseRow(TypedDict):
    """A release with its state today."""

    release: str
    version: str
    source: str
    request: str
    recipient: str
    use: str
    audience: str
    agreement: str | None
    state: str
    expires_on: str
    released_by: str | None
    released_at: str
    revoked_reason: str | None
    superseded_by: str | None
    file_digest: str


class ReleaseShown(ReleaseRow):
    """One release, and how its recall stands if there is one."""

    recall_state: NotRequired[str]
    recall_delivery: NotRequired[str]
    recall_age_days: NotRequired[int]
    recall_acknowledged_at: NotRequired[str | None]
    recall_acknowledged_by: NotRequired[str | None]
    recall_notice: NotRequired[str | None]


class Flagged(TypedDict):
    """One thing that no longer holds."""

    kind: str
    about: str
    text: str


class RecheckedRow(TypedDict):
    """A release in force, and what no longer holds of it."""

    release: str
    request: str
    version: str
    recipient: str
    expires_on: str
    flags: list[Flagged]


class Permission(Body):
    """What is released to whom; what is left out comes from the request or the policies."""

    request: Name
    recipient: Name
    use: Name | None = None
    expires_on: Name | None = None
    agreement: Name | None = None
    supersedes: Name | None = None


@router.get("/releases")
def list_releases(
    visitor: Person,
    page: Paged,
    expiring: Asked = None,
    to: Asked = None,
    source: Asked = None,
    state: Asked = None,
) -> list[ReleaseRow]:
    """The releases with their state today; ``expiring`` is a span such as 30d."""
    wanted = Wanted(expiring, to, source, state)
    return page.cut(releases_wanted(visitor.context, wanted, page.limit + 1, page.offset))


@router.post("/releases", status_code=201)
def grant(caller: OnceChanger, response: Response, body: Permission) -> Released:
    """Release an approved request. The file is re-hashed, and the policies decide once more."""
    terms = Terms(body.recipient, body.use, body.expires_on, body.agreement, body.supersedes)
    found = release(caller.context, body.request, terms)
    response.headers["location"] = f"/api/v1/releases/{found.label}"
    return found


@router.post("/releases/recheck")
def recheck_all(caller: Changer) -> list[RecheckedRow]:
    """Decide on every release in force once more. Flags that are new are told to the log."""
    return cast("list[RecheckedRow]", shown(recheck(caller.context)))


@router.get("/releases/{release}")
def show(visitor: Person, release: Release) -> ReleaseShown:
    """One release with its terms."""
    return cast("ReleaseShown", release_shown(visitor.context, release))


@router.post("/releases/{release}/revocation", dependencies=[Unchanged])
def revoke_release(caller: OnceChanger, release: Release, body: Why) -> Recalled:
    """End a release before its day, and recall it."""
    return recalled(revoke(caller.context, release, body.reason))


@router.post("/releases/{release}/recall", dependencies=[Unchanged])
def recall_again(caller: OnceChanger, release: Release) -> Recalled:
    """Send the recall of a revoked release again."""
    return recalled(resend(caller.context, release))

"""``/api/v1/policies``: what decides, byte for byte, and work on what might."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Response, UploadFile
from fastapi.responses import PlainTextResponse
from typing_extensions import TypedDict

from registry.web.api.callers import OnceChanger
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.uploads import received
from registry.web.api.words import Name
from registry.web.visitor import Person
from registry.workflow.context import Context
from registry.workflow.listing import policies, policy_text
from registry.workflow.publish_policy import publish_policy

router = noun("policies")
Policy = Annotated[Name, Path(description="The policy's id.")]
YAML = "application/yaml"


class PolicyRow(TypedDict):
    """A policy in effect."""

    policy: str
    version: str
    digest: str
    file: str
    published_by: str | None
    published_at: str


@router.get("/policies")
def list_policies(visitor: Person, page: Paged) -> list[PolicyRow]:
    """The policies in effect."""
    return page.of(policies(visitor.context))


@router.post("/policies", status_code=201)
def publish(caller: OnceChanger, response: Response, file: UploadFile) -> PolicyRow:
    """Put the first version of a policy into effect, or one that follows, as its version says."""
    with received(caller.visitor.desk, file) as (path,):
        name = publish_policy(caller.context, path).id
    response.headers["location"] = f"/api/v1/policies/{name}"
    return _one(caller.context, name)


@router.get(
    "/policies/{policy}",
    response_class=PlainTextResponse,
    responses={200: {"content": {YAML: {"schema": {"type": "string"}}}}},
)
def show(visitor: Person, policy: Policy) -> PlainTextResponse:
    """The policy in effect, byte for byte as published."""
    return PlainTextResponse(policy_text(visitor.context, policy), media_type=YAML)


@router.put("/policies/{policy}", dependencies=[Unchanged])
def replace(caller: OnceChanger, policy: Policy, file: UploadFile) -> PolicyRow:
    """Put a new version into effect in place of the one that was read."""
    with received(caller.visitor.desk, file) as (path,):
        return _one(caller.context, publish_policy(caller.context, path).id)


def _one(context: Context, name: str) -> PolicyRow:
    (row,) = (one for one in policies(context) if one["policy"] == name)
    return cast("PolicyRow", row)

"""``/policy-drafts``: what a draft would change, for whom, and putting it into effect."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.policy.answers.demanded import Revision
from registry.web.answering import filled
from registry.web.paper import page
from registry.web.received import received
from registry.web.uploads import Upload, Uploaded
from registry.web.visitor import Person, Visitor
from registry.workflow.impact import Impact, impact
from registry.workflow.listing import policies
from registry.workflow.policy_diff import policy_diff
from registry.workflow.policy_files import read_alone
from registry.workflow.publish_policy import publish_policy

router = APIRouter()


@router.get("/policy-drafts")
def ask(request: Request, visitor: Person) -> HTMLResponse:
    """The form."""
    return _page(request, visitor, {})


@router.post("/policy-drafts")
def act(request: Request, visitor: Person, upload: Upload) -> Response:
    """Try the draft: nothing is recorded. Or put it into effect, if that is what was asked."""
    try:
        if upload.fields.get("do") == "publish":
            return _published(request, visitor, upload)
        found, changed = _tried(visitor, upload)
    except RegistryError as error:
        return _page(request, visitor, upload.fields, error)
    return _page(request, visitor, upload.fields, None, found, changed)


def _published(request: Request, visitor: Visitor, upload: Uploaded) -> Response:
    with received(upload, "file", "the draft") as path:
        policy = publish_policy(visitor.context, path)
    return page(request, visitor, "policies/published", name=policy.id, version=policy.version)


def _tried(visitor: Visitor, upload: Uploaded) -> tuple[Impact, Revision | None]:
    """Who is allowed or denied by it, and what it changes where another version is in effect."""
    context = visitor.context
    with received(upload, "file", "the draft") as path:
        name = read_alone(path).id
        there = {str(one["policy"]) for one in policies(context)}
        changed = policy_diff(name, path, None, lambda: context) if name in there else None
        return impact(context, [path]), changed


def _page(
    request: Request,
    visitor: Visitor,
    given: Mapping[str, str],
    error: RegistryError | None = None,
    found: Impact | None = None,
    changed: Revision | None = None,
) -> HTMLResponse:
    return filled(
        request,
        visitor,
        "policies/draft",
        given,
        error,
        found=found,
        changed=changed,
    )

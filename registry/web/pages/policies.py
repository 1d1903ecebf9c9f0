"""``/policies``: what decides, line by line, its versions and the document it reads as."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from registry.errors import NotFound
from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow.listing import policies
from registry.workflow.policy_versions import policy_versions, versions_compared
from registry.workflow.reports.report import report

router = APIRouter()


@router.get("/policies")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """The policies in effect."""
    return page(request, visitor, "policies/list", rows=policies(visitor.context))


@router.get("/policies/{name}")
def policy(request: Request, visitor: Person, name: str, version: str = "") -> HTMLResponse:
    """One version as published, the newest if none is named, with its lines and rules."""
    versions = policy_versions(visitor.context, name)
    found = next((one for one in versions if version in ("", one.version)), None)
    if found is None:
        known = " or ".join(one.version for one in versions)
        raise NotFound(f"{name} {version} was never published", expected=known)
    lines = [(number, text, found.rules.get(number, "")) for number, text in _lines(found.text)]
    return page(request, visitor, "policies/policy", found=found, versions=versions, lines=lines)


@router.get("/policies/{name}/changes")
def changes(
    request: Request, visitor: Person, name: str, before: str = "", after: str = ""
) -> HTMLResponse:
    """What one version tightens and loosens against another."""
    versions = [one.version for one in policy_versions(visitor.context, name)]
    new = after or versions[0]
    old = before or versions[min(1, len(versions) - 1)]
    found = versions_compared(visitor.context, name, old, new)
    asked = {"before": old, "after": new}
    return page(
        request, visitor, "policies/changes", name=name, versions=versions, found=found, asked=asked
    )


@router.get("/policies/{name}/document")
def document(request: Request, visitor: Person, name: str, version: str = "") -> HTMLResponse:
    """The policy as a governance document, in prose and tables."""
    label = f"{name}@{version}" if version else name
    found = report(visitor.context, label, "policy")
    return page(request, visitor, "policies/document", name=name, document=found)


def _lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.splitlines(), 1))

"""``/tokens``: what services show to be let in; each secret is seen once, when it is made."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.records import Role
from registry.web.answering import answered, filled
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.account_listing import accounts
from registry.workflow.people.listing import tokens
from registry.workflow.people.times import end_of
from registry.workflow.people.tokens import create_token, revoke_token
from registry.workflow.permissions import SCOPES

router = APIRouter()


@router.get("/tokens")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """The tokens without their secrets, and the form to make one."""
    return _page(request, visitor, {})


@router.post("/tokens")
def create(request: Request, visitor: Person, form: Form) -> HTMLResponse:
    """A new token, shown this once."""
    scopes = [one for one in sorted(SCOPES) if form.get(f"scope {one}") == "yes"]
    try:
        end = end_of(visitor.context, form.get("expires", "") or None, None)
        made = create_token(visitor.context, form.get("account", ""), scopes, end)
    except RegistryError as error:
        return _page(request, visitor, form, error)
    return page(request, visitor, "people/token", made=made, account=form.get("account", ""))


@router.post("/tokens/{token}/revoke")
def revoke(request: Request, visitor: Person, form: Form, token: str) -> Response:
    """End a token at once."""

    def do() -> str:
        revoke_token(visitor.context, token)
        return "/tokens"

    return answered(do, lambda error: _page(request, visitor, form, error))


def _page(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    everybody = accounts(visitor.context)
    services = [one["name"] for one in everybody if one["roles"] == [Role.SERVICE]]
    return filled(
        request,
        visitor,
        "people/tokens",
        given,
        error,
        rows=tokens(visitor.context),
        services=services,
        scopes=sorted(SCOPES),
    )

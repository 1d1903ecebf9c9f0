"""``/accounts``: people and services, and what each may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.card import require_word
from registry.errors import RegistryError
from registry.records import Role
from registry.web.answering import answered, filled
from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.account_listing import account, accounts_part
from registry.workflow.add_account import add_account, add_with_code
from registry.workflow.browse.parts import Place
from registry.workflow.people.approval import approve_key
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.issuing import issue_enrolment
from registry.workflow.people.listing import keys
from registry.workflow.people.passwords import reset_password
from registry.workflow.people.roles import grant_role, revoke_role

router = APIRouter()


@router.get("/accounts")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """Everybody, and the form to add somebody."""
    return _list(request, visitor, {})


@router.post("/accounts")
def add(request: Request, visitor: Person, form: Form) -> Response:
    """Add an account; the code to enrol with is shown once, where people sign in."""
    roles = [role for role in Role if form.get(f"role {role}") == "yes"]
    name = form.get("name", "").strip()
    try:
        if visitor.desk.local or Role.SERVICE in roles:
            add_account(visitor.context, name, roles)
            return _list(request, visitor, {})
        _, code = add_with_code(visitor.context, name, roles)
    except RegistryError as error:
        return _list(request, visitor, form, error)
    return _shown_once(request, visitor, name, code)


@router.get("/accounts/{name}")
def one(request: Request, visitor: Person, name: str) -> HTMLResponse:
    """One account with its roles and keys."""
    return _one(request, visitor, name, {})


@router.post("/accounts/{name}/enrolment")
def enrol(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """A new code for somebody who cannot sign in yet."""
    return _code(request, visitor, name, lambda: issue_enrolment(visitor.context, name))


@router.post("/accounts/{name}/reset")
def reset(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """End the password, the sessions and the key of somebody; the code is to enrol anew."""
    return _code(request, visitor, name, lambda: reset_password(visitor.context, name))


@router.post("/accounts/{name}/roles")
def change(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """Grant or take a role."""

    def do() -> str:
        require_word("role", form.get("role", ""), tuple(Role))
        act = revoke_role if form.get("do") == "revoke" else grant_role
        act(visitor.context, name, Role(form["role"]))
        return f"/accounts/{name}"

    return answered(do, lambda error: _one(request, visitor, name, form, error))


@router.post("/accounts/{name}/deactivate")
def end(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """End an account for good; what it did stays readable."""

    def do() -> str:
        deactivate(visitor.context, name, form.get("reason", ""))
        return f"/accounts/{name}"

    return answered(do, lambda error: _one(request, visitor, name, form, error))


@router.post("/accounts/{name}/key")
def approve(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """Vouch for somebody's new key, whose id they told you."""

    def do() -> str:
        approve_key(visitor.context, name, form.get("key", "").strip())
        return f"/accounts/{name}"

    return answered(do, lambda error: _one(request, visitor, name, form, error))


def _code(request: Request, visitor: Visitor, name: str, make: Callable[[], str]) -> Response:
    try:
        code = make()
    except RegistryError as error:
        return _one(request, visitor, name, {}, error)
    return _shown_once(request, visitor, name, code)


def _shown_once(request: Request, visitor: Visitor, name: str, code: str) -> HTMLResponse:
    return page(request, visitor, "people/code", name=name, code=code)


def _list(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    found = accounts_part(visitor.context, Place.of(request.query_params))
    return filled(
        request,
        visitor,
        "people/accounts",
        given,
        error,
        rows=found.rows,
        turns=turns("/accounts", {}, found),
        words=tuple(Role),
    )


def _one(
    request: Request,
    visitor: Visitor,
    name: str,
    given: Mapping[str, str],
    error: RegistryError | None = None,
) -> HTMLResponse:
    return filled(
        request,
        visitor,
        "people/account",
        given,
        error,
        found=account(visitor.context, name),
        keys=keys(visitor.context, name),
        words=tuple(Role),
    )

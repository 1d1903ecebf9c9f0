"""``/api/v1/accounts``: people and services, and what they may do."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Response
from typing_extensions import TypedDict

from registry.records import Role
from registry.web.api.callers import Body, Changer, OnceChanger
from registry.web.api.datasets import Why
from registry.web.api.handed import Handed, shown_before
from registry.web.api.named import named
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Name
from registry.web.visitor import Person
from registry.workflow.account_listing import accounts
from registry.workflow.context import Context
from registry.workflow.handed import Handed as Made
from registry.workflow.handed import account_added, enrolment_issued, password_reset
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.links import link_account, unlink_account
from registry.workflow.people.roles import grant_role, revoke_role

router = noun("accounts")
Account = Annotated[Name, Path(description="The account.")]


class AccountRow(TypedDict):
    """An account with its roles and its pseudonym in the log."""

    name: str
    roles: list[str]
    pseudonym: str
    created_at: str
    state: str


class Enrolment(Handed):
    """A code to enrol with, shown this once: a repeat under its idempotency key has none."""

    name: str
    code: str | None


class Added(Body):
    """A new account; with ``enrol`` a code is made to enrol with."""

    name: Name
    roles: list[Role]
    enrol: bool = False


class Linked(Body):
    """Who somebody is at the provider: its `sub`, or its verified e-mail address."""

    identity: Name


@router.get("/accounts")
def list_accounts(visitor: Person, page: Paged) -> list[AccountRow]:
    """The accounts."""
    return page.of(accounts(visitor.context))


@router.post("/accounts", status_code=201)
def add(caller: OnceChanger, response: Response, body: Added) -> Enrolment:
    """Add an account.

    A repeat under the same idempotency key adds no other, and answers without the code.
    """
    made = account_added(caller.context, body.name, body.roles, body.enrol)
    response.headers["location"] = f"/api/v1/accounts/{body.name}"
    return _code(made) if body.enrol else {"name": made.name, "code": None}


@router.get("/accounts/{account}")
def show(visitor: Person, account: Account) -> AccountRow:
    """One account."""
    return _one(visitor.context, account)


@router.post("/accounts/{account}/enrolment", dependencies=[Unchanged])
def enrol(caller: OnceChanger, account: Account) -> Enrolment:
    """A one-time code with which somebody who cannot sign in yet enrols.

    A repeat under the same idempotency key issues no other, and answers without the code.
    """
    return _code(enrolment_issued(caller.context, account))


@router.post("/accounts/{account}/password-reset", dependencies=[Unchanged])
def reset(caller: OnceChanger, account: Account) -> Enrolment:
    """End somebody's password, sessions and signing key; the code is to enrol anew.

    A repeat under the same idempotency key resets nothing, and answers without the code.
    """
    return _code(password_reset(caller.context, account))


@router.post("/accounts/{account}/deactivation", dependencies=[Unchanged])
def end(caller: OnceChanger, account: Account, body: Why) -> AccountRow:
    """End an account for good. What it did stays readable."""
    deactivate(caller.context, account, body.reason)
    return _one(caller.context, account)


@router.put("/accounts/{account}/roles/{role}", dependencies=[Unchanged])
def grant(caller: Changer, account: Account, role: Role) -> AccountRow:
    """Give somebody a role."""
    grant_role(caller.context, account, role)
    return _one(caller.context, account)


@router.delete("/accounts/{account}/roles/{role}", dependencies=[Unchanged])
def revoke(caller: Changer, account: Account, role: Role) -> AccountRow:
    """Take a role from somebody."""
    revoke_role(caller.context, account, role)
    return _one(caller.context, account)


@router.put("/accounts/{account}/link", dependencies=[Unchanged])
def link(caller: Changer, account: Account, body: Linked) -> AccountRow:
    """Let somebody sign in by the provider; it opens nothing before they have confirmed it."""
    link_account(caller.context, account, body.identity)
    return _one(caller.context, account)


@router.delete("/accounts/{account}/link", dependencies=[Unchanged])
def unlink(caller: Changer, account: Account) -> AccountRow:
    """End a link to the provider, and the sessions of the account."""
    unlink_account(caller.context, account)
    return _one(caller.context, account)


def _code(made: Made) -> Enrolment:
    answer: Enrolment = {"name": made.name, "code": made.secret}
    todo = f"issue another at /accounts/{made.name}/enrolment"
    return answer if made.secret else {**answer, **shown_before(todo)}


def _one(context: Context, name: str) -> AccountRow:
    return cast("AccountRow", named(accounts(context), "name", name, "account"))

"""``/api/v1/keys`` and ``/tokens``: what people sign with, and what services show."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Response
from pydantic import Field
from typing_extensions import TypedDict

from registry.errors import NotFound
from registry.records import PersonalKey
from registry.web.api.callers import Body, Changer, OnceChanger, Secrets
from registry.web.api.handed import Handed, shown_before
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Text
from registry.web.visitor import Person
from registry.workflow.context import Context
from registry.workflow.handed import token_created
from registry.workflow.people import listing
from registry.workflow.people.approval import approve_key
from registry.workflow.people.revocation import revoke_key
from registry.workflow.people.rotation import rotate_key
from registry.workflow.people.tokens import revoke_token

router = noun("keys and tokens")
TODO = "end this token and make another"
KeyRow = TypedDict(
    "KeyRow",
    {
        "key": str,
        "account": str,
        "state": str,
        "from": str | None,
        "until": str | None,
        "reason": str | None,
        "compromised_from": str | None,
        "approved_by": str | None,
    },
)


class TokenRow(TypedDict):
    """A token, without its secret."""

    token: str
    account: str
    scopes: list[str]
    state: str
    expires_at: str
    created_by: str | None


class Made(Handed):
    """A new token, shown this once: a repeat under its idempotency key has none."""

    token: str | None
    id: str
    expires_at: str


class KeyState(TypedDict):
    """A key and how it stands."""

    key: str
    state: str


class Vouched(Body):
    """Whose key, and its id as they say it face to face."""

    account: Name
    key: Name


class Ended(Body):
    """Whose key ends, and why; from when what it signed counts for nothing."""

    account: Name
    reason: Text
    key: Name | None = None
    compromised_since: Name | None = None


class Renewed(Secrets):
    """The passphrase of the key there is, and of the one to be."""

    new_passphrase: str = Field(repr=False, max_length=1000)


class Wanted(Body):
    """A token for a service's account: its scopes, and its last day or its days."""

    account: Name
    scopes: list[Name]
    expires: Name | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None = None


@router.get("/keys")
def list_keys(visitor: Person, page: Paged, account: Asked = None) -> list[KeyRow]:
    """Keys with their history."""
    return page.of(listing.keys(visitor.context, account))


@router.post("/keys/approvals")
def approve(caller: OnceChanger, body: Vouched) -> KeyState:
    """Vouch for the new key of somebody whom you asked for its id."""
    return _state(approve_key(caller.context, body.account, body.key))


@router.post("/keys/rotation")
def rotate(caller: OnceChanger, body: Renewed) -> KeyState:
    """Make a new signing key; your present one signs for it.

    Passphrases are no part of what a repeat under an idempotency key is compared by: nothing of
    them is kept. A repeat changes none.
    """
    return _state(rotate_key(caller.signing(body), body.new_passphrase))


@router.post("/keys/revocations")
def revoke(caller: OnceChanger, body: Ended) -> KeyState:
    """End a key: your own, or somebody's whose key may be in other hands."""
    since = body.compromised_since
    found = revoke_key(
        caller.context, body.account, body.reason, key_id=body.key, compromised_from=since
    )
    return _state(found)


@router.get("/tokens")
def list_tokens(visitor: Person, page: Paged) -> list[TokenRow]:
    """Tokens, without their secrets."""
    return page.of(listing.tokens(visitor.context))


@router.post("/tokens", status_code=201)
def create(caller: OnceChanger, response: Response, body: Wanted) -> Made:
    """A new token, shown this once.

    A repeat under the same idempotency key makes no other, and answers without the token.
    """
    made = token_created(caller.context, body.account, body.scopes, body.expires, body.days)
    response.headers["location"] = f"/api/v1/tokens/{made.name}"
    end = _token(caller.context, made.name)["expires_at"]
    answer: Made = {"token": made.secret, "id": made.name, "expires_at": end}
    return answer if made.secret else {**answer, **shown_before(TODO)}


@router.get("/tokens/{token}")
def show(visitor: Person, token: Annotated[Name, Path()]) -> TokenRow:
    """One token, without its secret."""
    return _token(visitor.context, token)


@router.delete("/tokens/{token}", dependencies=[Unchanged])
def end(caller: Changer, token: Annotated[Name, Path()]) -> TokenRow:
    """End a token at once."""
    revoke_token(caller.context, token)
    return _token(caller.context, token)


def _state(key: PersonalKey) -> KeyState:
    return {"key": key.key_id, "state": key.state}


def _token(context: Context, token: str) -> TokenRow:
    for row in listing.tokens(context):
        if row["token"] == token:
            return cast("TokenRow", row)
    raise NotFound("there is no such token", todo="list the tokens")

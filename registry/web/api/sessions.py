"""``/api/v1/session`` and ``whoami``: signing in for programs that people use."""

from __future__ import annotations

from typing import NotRequired, cast

from fastapi import Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from registry.errors import NotPermitted
from registry.web.api.callers import Body, Changer
from registry.web.api.routing import router as noun
from registry.web.api.words import Name
from registry.web.cookies import give, remember, take
from registry.web.desk import Given, Sittings
from registry.web.forms import require_same_site
from registry.web.visitor import Anybody, Person, Visitor, address_of, device_of
from registry.workflow.people import listing
from registry.workflow.people.login import login, logout

router = noun("session")


class Me(TypedDict):
    """Who acts here, with which roles, and how that is known."""

    name: str
    roles: list[str]
    authentication: str
    scopes: NotRequired[list[str] | None]


class Session(TypedDict):
    """A session: ``seal`` goes into X-Registry-Seal with every change.

    ``asks`` is what a signature needs in its body.
    """

    name: str
    expires_at: str | None
    seal: str
    asks: list[str]


class Credentials(Body):
    """A name, a password and a one-time code; in local mode the code that the server printed."""

    name: Name
    code: str = Field(max_length=200, repr=False)
    password: str = Field("", max_length=1000, repr=False)


@router.get("/whoami")
def whoami(visitor: Person) -> Me:
    """Who acts here, with which roles, and how that is known."""
    return cast("Me", listing.whoami(visitor.context))


@router.post("/session", status_code=201)
def sign_in(request: Request, response: Response, visitor: Anybody, body: Credentials) -> Session:
    """Start a session; its cookie goes with every later call."""
    require_same_site(request)
    sittings = visitor.desk.sittings
    if sittings is not None:
        return _begun(visitor, response, body.name, _claimed(visitor, sittings, body))
    here = visitor.desk.acting(None, Given(body.model_dump()))
    started = login(here, body.name, address_of(request), device_of(request))
    remember(response, started.device)
    return _begun(visitor, response, started.name, started.secret, started.expires_at)


@router.get("/session")
def show(visitor: Person) -> Session:
    """The session of the cookie, with the seal that changes need."""
    if visitor.bearer or visitor.identity is None:
        raise NotPermitted("a token is no session", expected="the cookie of a session")
    name = visitor.identity.name
    return {"name": name, "expires_at": None, "seal": visitor.seal, "asks": _asks(visitor)}


@router.delete("/session", status_code=204)
def sign_out(caller: Changer, response: Response) -> None:
    """End the session."""
    sittings, secret = caller.visitor.desk.sittings, caller.visitor.secret or ""
    if sittings is None:
        logout(caller.context)
    else:
        sittings.names.pop(secret, None)
    take(response)


def _begun(
    visitor: Visitor, response: Response, name: str, secret: str, until: str | None = None
) -> Session:
    give(response, secret)
    inside = Visitor(visitor.desk, None, secret)
    return {"name": name, "expires_at": until, "seal": inside.seal, "asks": _asks(inside)}


def _claimed(visitor: Visitor, sittings: Sittings, body: Credentials) -> str:
    proof = visitor.desk.home.settings.proof
    if sittings.opens(body.code):
        # A name that is not there uses up no code, and is told to nobody who has none.
        visitor.desk.identified(proof, claimed=body.name)
    secret = sittings.enter(body.code)
    if secret is None:
        raise NotPermitted(
            "the code was used already, or is not one of this server",
            todo="start the server again for a new one",
        )
    sittings.names[secret] = body.name
    return secret


def _asks(visitor: Visitor) -> list[str]:
    return [] if visitor.desk.local else ["passphrase", "code"]

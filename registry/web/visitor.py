"""Who is asking: the identity behind a request, from a cookie or a bearer token."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from registry.errors import NotPermitted
from registry.settings import Proof
from registry.web.cookies import DEVICE, GUEST, SESSION
from registry.web.desk import Desk, Given
from registry.workflow.context import Context, Identity
from registry.workflow.people.addresses import require_patience, token_refused
from registry.workflow.people.secrets import Secrets
from registry.workflow.people.seen import seen


@dataclass(frozen=True)
class Visitor:
    """A request's person or service; ``identity`` is None where nobody proved who they are.

    ``over`` says why a session that was shown counts no more; ``guest`` is a random secret of a
    browser in which nobody signed in.
    """

    desk: Desk
    identity: Identity | None
    secret: str | None = field(default=None, repr=False)
    over: str | None = None
    bearer: bool = False
    guest: str = field(default="", repr=False)

    @property
    def context(self) -> Context:
        """The registry as this visitor."""
        return self.desk.acting(self.identity)

    def giving(self, secrets: Secrets) -> Context:
        """The registry as this visitor, with what a form gave."""
        return self.desk.acting(self.identity, secrets)

    @property
    def seal(self) -> str:
        """What a form of this visitor must carry, so that no other site can post it.

        Empty, and no seal, for a program that shows neither cookie.
        """
        known = self.secret or self.guest
        return hmac.new(known.encode(), b"form", hashlib.sha256).hexdigest() if known else ""


def desk_of(request: Request) -> Desk:
    """The desk that the application was made for."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def visitor_of(request: Request) -> Visitor:
    """Who asks. A token that is not one is refused; a session that is over leaves nobody."""
    desk = desk_of(request)
    if (token := _bearer(request)) is not None:
        return Visitor(desk, _by_token(request, desk, token), bearer=True)
    secret, guest = request.cookies.get(SESSION), guest_of(request)
    if secret is None:
        return Visitor(desk, None, guest=guest)
    try:
        visitor = Visitor(desk, desk.who(secret), secret, guest=guest)
    except NotPermitted as error:
        return Visitor(desk, None, secret, over=error.what, guest=guest)
    seen(visitor.context)
    return visitor


def guest_of(request: Request) -> str:
    """The secret of the guest's cookie, or of the one that this answer will give."""
    return str(getattr(request.state, "guest", "") or request.cookies.get(GUEST, ""))


def address_of(request: Request) -> str:
    """The network address that a request came from; behind a trusted proxy the one it names."""
    return request.client.host if request.client else "unknown"


def device_of(request: Request) -> str | None:
    """What this browser shows when it signs in; None where nobody signed in on it before."""
    return request.cookies.get(DEVICE)


def _by_token(request: Request, desk: Desk, token: str) -> Identity | None:
    """A token that proves nothing is a wrong secret: counted by address, and an event."""
    require_patience(desk.home, address_of(request))
    try:
        return desk.identified(Proof(token=token))
    except NotPermitted as error:
        token_refused(desk.home, address_of(request), error.what)
        raise


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


class SignInFirst(Exception):
    """Nobody is signed in; ``over`` says what became of the session that was shown."""

    def __init__(self, over: str | None) -> None:
        super().__init__(over)
        self.over = over


def person_of(visitor: Annotated[Visitor, Depends(visitor_of)]) -> Visitor:
    """A visitor who is signed in; raises `SignInFirst`, which shows the page to sign in."""
    if visitor.identity is None:
        raise SignInFirst(visitor.over)
    return visitor


def with_secrets(visitor: Visitor, fields: dict[str, str]) -> Context:
    """The registry as this visitor, with the password, passphrase and code of a form."""
    return visitor.giving(Given(fields))


Anybody = Annotated[Visitor, Depends(visitor_of)]
Person = Annotated[Visitor, Depends(person_of)]

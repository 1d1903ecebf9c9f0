"""Who is asking: the identity behind a request, from a cookie or a bearer token."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Request

from registry.errors import NotPermitted
from registry.settings import Proof
from registry.web.desk import Desk, Given
from registry.workflow.context import Context, Identity
from registry.workflow.people.secrets import Secrets

COOKIE: Final = "__Host-registry"
"""Its name makes a browser refuse it from elsewhere: Secure, this host alone, path "/"."""


@dataclass(frozen=True)
class Visitor:
    """A request's person or service; ``identity`` is None where nobody proved who they are.

    ``over`` says why a session that was shown counts no more.
    """

    desk: Desk
    identity: Identity | None
    secret: str | None = field(default=None, repr=False)
    over: str | None = None
    bearer: bool = False

    @property
    def context(self) -> Context:
        """The registry as this visitor."""
        return self.desk.acting(self.identity)

    def giving(self, secrets: Secrets) -> Context:
        """The registry as this visitor, with what a form gave."""
        return self.desk.acting(self.identity, secrets)

    @property
    def seal(self) -> str:
        """What a form of this visitor must carry, so that no other site can post it."""
        return hmac.new((self.secret or "").encode(), b"form", hashlib.sha256).hexdigest()


def desk_of(request: Request) -> Desk:
    """The desk that the application was made for."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def visitor_of(request: Request) -> Visitor:
    """Who asks. A token that is not one is refused; a session that is over leaves nobody."""
    desk = desk_of(request)
    if (token := _bearer(request)) is not None:
        return Visitor(desk, desk.identified(Proof(token=token)), bearer=True)
    secret = request.cookies.get(COOKIE)
    if secret is None:
        return Visitor(desk, None)
    try:
        return Visitor(desk, _by_cookie(desk, secret), secret)
    except NotPermitted as error:
        return Visitor(desk, None, over=error.what)


def _by_cookie(desk: Desk, secret: str) -> Identity | None:
    if desk.sittings is None:
        return desk.identified(Proof(session=secret))
    if secret not in desk.sittings.names:
        raise NotPermitted("the sitting is unknown", todo="start the server again for a new link")
    name = desk.sittings.names[secret]
    return desk.identified(Proof(), claimed=name) if name else None


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

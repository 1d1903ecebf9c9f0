"""``/api/v1/enrolments`` and ``/session/password``: what people sign in and sign with."""

from __future__ import annotations

from fastapi import Request
from pydantic import Field
from typing_extensions import TypedDict

from registry.errors import NotPermitted
from registry.web.api.callers import Body, Changer
from registry.web.api.routing import router as noun
from registry.web.api.words import Name
from registry.web.desk import Given
from registry.web.forms import require_same_site
from registry.web.visitor import Anybody, address_of, device_of
from registry.workflow.people.addresses import enrolment_failed, require_patience
from registry.workflow.people.enrolment import enrol
from registry.workflow.people.passwords import change_password

router = noun("session")


class Enrolling(Body):
    """Whose account, an admin's code, and the password and passphrase to be."""

    name: Name
    enrolment: str = Field(max_length=200, repr=False)
    new_password: str = Field(max_length=1000, repr=False)
    new_passphrase: str = Field(max_length=1000, repr=False)


class Enrolled(TypedDict):
    """A new key; ``authenticator`` is the address for an authenticator app, shown this once."""

    name: str
    key: str
    approved: bool
    authenticator: str


class Renewed(Body):
    """The password there is, and the one to be."""

    password: str = Field(max_length=1000, repr=False)
    new_password: str = Field(max_length=1000, repr=False)


@router.post("/enrolments", status_code=201)
def begin(request: Request, visitor: Anybody, body: Enrolling) -> Enrolled:
    """With an admin's code to a password, a second factor and a signing key.

    The secrets pass through the server; who cannot accept that enrols beside the registry.
    """
    require_same_site(request)
    home, address = visitor.desk.home, address_of(request)
    require_patience(home, address)
    try:
        done = enrol(home, body.name, body.enrolment, body.new_password, body.new_passphrase)
    except NotPermitted:
        enrolment_failed(home, address)
        raise
    return {
        "name": done.name,
        "key": done.key_id,
        "approved": done.approved,
        "authenticator": done.uri,
    }


@router.put("/session/password", status_code=204)
def change(request: Request, caller: Changer, body: Renewed) -> None:
    """Change one's own password, knowing the old one; one's other sessions end."""
    given = Given({"password": body.password})
    here = caller.visitor.giving(given)
    change_password(here, body.new_password, device_of(request))

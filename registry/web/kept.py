"""What was typed in a form is not lost when its session ended: it is shown again after signing in.

Nothing of it is done meanwhile. Secrets are left out, and are typed again; the form is sealed anew
for whoever signed in, and only a person who reads it sends it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from registry.errors import NotPermitted
from registry.web.forms import LONGEST, SEAL, SHAPE, require_same_site

SECRETS: Final = ("password", "passphrase", "code", "new_password", "new_passphrase", "enrolment")
PREFIX: Final = "kept."
UNREAD: Final = ("expected", "shown")
"""Fields that carry what a page showed, and were not typed; a list names them once a row."""
FORM: Final = "application/x-www-form-urlencoded"
_TO: Final = "kept_to"
_FROM: Final = "kept_from"
_OF_NO_SESSION: Final = ("/login", "/logout", "/enrol", "/oidc/begin", "/oidc/again")


@dataclass(frozen=True)
class Kept:
    """The address a form was posted to, what was typed, and which secrets it also asked for.

    ``page`` is the address of the page that the form stood on; "" where it is not known.
    """

    to: str
    fields: Mapping[str, str]
    secrets: tuple[str, ...] = ()
    page: str = ""

    @property
    def typed(self) -> dict[str, str]:
        """What a person typed or chose, to be read again."""
        return {name: text for name, text in self.fields.items() if text and not _unread(name)}

    @property
    def untyped(self) -> dict[str, str]:
        """The rest, which goes along as it is."""
        return {name: text for name, text in self.fields.items() if name not in self.typed}

    def hidden(self) -> list[tuple[str, str]]:
        """Names and values that carry it through the page to sign in."""
        typed = {**self.fields, **dict.fromkeys(self.secrets, "")}
        way = [(_TO, self.to), (_FROM, self.page)]
        return [*way, *((f"{PREFIX}{name}", text) for name, text in typed.items())]

    def text(self) -> str:
        """As JSON, for the way through another site."""
        return json.dumps(self.hidden())


async def kept_of(request: Request) -> Kept | None:
    """What a request posted too late for its session; None where it is no form of our own pages.

    The seal cannot be checked once its session is forgotten, so the browser's word for where the
    form came from has to do: nothing is done with it but to show it to whoever posted it.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or kind != FORM:
        return None
    try:
        require_same_site(request)
        found = await request.form(max_files=0, max_fields=200)
    except (NotPermitted, HTTPException):
        return None  # of another site, or longer than any form of ours
    fields = {
        name: text
        for name, text in found.items()
        if not isinstance(text, UploadFile) and len(text) <= LONGEST
    }
    if not SHAPE.fullmatch(fields.pop(SEAL, "")):
        return None
    path = request.url.path
    return carried(fields) or (
        None if path in _OF_NO_SESSION else _kept(path, fields, _page_of(request))
    )


def carried(fields: Mapping[str, str]) -> Kept | None:
    """What the page to sign in carried along; None where it was nothing."""
    inner = {
        name.removeprefix(PREFIX): text for name, text in fields.items() if name.startswith(PREFIX)
    }
    if not fields.get(_TO):
        return None
    page = fields.get(_FROM, "")
    return _kept(local(fields[_TO]), inner, local(page) if page else "")


def restored(text: str) -> Kept | None:
    """The inverse of `Kept.text`."""
    return carried(dict(json.loads(text)))


def _kept(to: str, fields: Mapping[str, str], page: str) -> Kept:
    typed = {name: text for name, text in fields.items() if name not in SECRETS}
    return Kept(to, typed, tuple(name for name in SECRETS if name in fields), page)


def _page_of(request: Request) -> str:
    came = urlsplit(request.headers.get("referer", ""))
    return local(came.path) if came.netloc == request.headers.get("host") and came.path else ""


def _unread(name: str) -> bool:
    return name.partition(" ")[0] in UNREAD


def local(address: str) -> str:
    """An address of this desk, else "/"; another site's would make the page to sign in a lure."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    # A browser drops tabs and line ends inside of an address before it reads it.
    return address if inside and address.isprintable() and "\\" not in address else "/"


def kept(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, but for secrets and the seal: to be shown again on the same page."""
    return {name: text for name, text in fields.items() if name not in (*SECRETS, SEAL)}

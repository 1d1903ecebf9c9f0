"""What was typed in a form is not lost when its session ended: it is shown again after signing in.

Only on the way through the browser's own pages; secrets are left out, and are typed again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException

from registry.errors import RegistryError
from registry.web.forms import SEAL, form_of
from registry.web.visitor import visitor_of

SECRETS: Final = ("password", "passphrase", "code", "new_password", "new_passphrase", "enrolment")
PREFIX: Final = "kept."
_TO: Final = "kept_to"


@dataclass(frozen=True)
class Kept:
    """The address a form was posted to, what was typed, and which secrets it also asked for."""

    to: str
    fields: Mapping[str, str]
    secrets: tuple[str, ...] = ()

    def hidden(self) -> list[tuple[str, str]]:
        """Names and values that carry it through the page to sign in."""
        typed = {**self.fields, **dict.fromkeys(self.secrets, "")}
        return [(_TO, self.to), *((f"{PREFIX}{name}", text) for name, text in typed.items())]

    def text(self) -> str:
        """As JSON, for the way through another site."""
        return json.dumps(self.hidden())


async def kept_of(request: Request) -> Kept | None:
    """The form that a request posted, if it came from our own page; else None."""
    if request.method != "POST":
        return None
    try:
        fields = await form_of(request, visitor_of(request))
    except (RegistryError, ValueError, HTTPException):
        return None  # also a form that brings files, which nobody keeps for a stranger
    return _kept(request.url.path, fields)


def carried(fields: Mapping[str, str]) -> Kept | None:
    """What the page to sign in carried along; None where it was nothing."""
    inner = {
        name.removeprefix(PREFIX): text for name, text in fields.items() if name.startswith(PREFIX)
    }
    return _kept(local(fields[_TO]), inner) if fields.get(_TO) else None


def restored(text: str) -> Kept | None:
    """The inverse of `Kept.text`."""
    return carried(dict(json.loads(text)))


def _kept(to: str, fields: Mapping[str, str]) -> Kept:
    typed = {name: text for name, text in fields.items() if name not in SECRETS}
    return Kept(to, typed, tuple(name for name in SECRETS if name in fields))


def local(address: str) -> str:
    """An address of this desk, else "/"; another site's would make the page to sign in a lure."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    # A browser drops tabs and line ends inside of an address before it reads it.
    return address if inside and address.isprintable() and "\\" not in address else "/"


def kept(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, but for secrets and the seal: to be shown again on the same page."""
    return {name: text for name, text in fields.items() if name not in (*SECRETS, SEAL)}

"""Forms that people post: read whole, and only from our own pages."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from registry.errors import InvalidInput, NotPermitted
from registry.web.visitor import Visitor, visitor_of


class OtherSession(NotPermitted):
    """A form that was made for another session than the one it was posted in."""


SEAL: Final = "seal"
SHAPE: Final = re.compile("[0-9a-f]{64}")
LONGEST: Final = 20_000
"""Characters of one field; a reason of that length is no reason any more."""


async def form_of(
    request: Request, visitor: Annotated[Visitor, Depends(visitor_of)]
) -> dict[str, str]:
    """The text fields of a form; raises `NotPermitted` for one that our own page did not make."""
    require_same_site(request)
    _require_plain(request)
    found = await request.form(max_files=0, max_fields=200)
    fields = {name: value for name, value in found.items() if not isinstance(value, UploadFile)}
    _require_short(fields)
    require_text(fields)
    require_seal(visitor, fields.pop(SEAL, ""))
    return fields


def _require_plain(request: Request) -> None:
    """Raise `InvalidInput` for a form with parts, which may be hundreds of times as long.

    Our pages send one only where files go with it, and it is read for who is signed in alone.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise InvalidInput(
            "the form is sent in another way than its page sends it",
            expected="application/x-www-form-urlencoded",
        )


def _require_short(fields: Mapping[str, str]) -> None:
    if any(len(value) > LONGEST for value in fields.values()):
        raise InvalidInput(
            "a field of the form is too long", expected=f"at most {LONGEST} characters"
        )


def require_text(fields: Mapping[str, str]) -> None:
    """Raise `InvalidInput` for a NUL, which PostgreSQL takes in no text."""
    if any("\0" in text for pair in fields.items() for text in pair):
        raise InvalidInput("the form holds a character that no text has", expected="text")


def require_same_site(request: Request) -> None:
    """Raise `NotPermitted` for what another site makes a browser post.

    By Fetch Metadata (W3C), and by Origin (RFC 6454) where a browser is older or says both.
    """
    headers = request.headers
    site, origin = headers.get("sec-fetch-site", "same-origin"), headers.get("origin")
    own = origin is None or urlsplit(origin).netloc == headers.get("host", "")
    if site not in ("same-origin", "none") or not own:
        raise NotPermitted("a form was posted from another site", expected="one of our own pages")


def require_seal(visitor: Visitor, seal: str) -> None:
    """Raise `NotPermitted` unless the form was made for this very session.

    `OtherSession` where it carries a seal at all: a page of ours that outlived its session does.
    """
    if not visitor.seal or not hmac.compare_digest(seal.encode(), visitor.seal.encode()):
        raise (OtherSession if SHAPE.fullmatch(seal) else NotPermitted)(
            "the form belongs to another session, or to none",
            expected="a form of the session that posts it",
            todo="open the page again, and repeat what you did",
        )


Form = Annotated[dict[str, str], Depends(form_of)]

"""A form whose session ended before it was posted: what was typed stays, to be sent again.

Nothing of it is done. The page seals the form anew, for whoever is signed in then, and only a
person who reads it sends it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from registry.web.forms import LONGEST, require_same_site
from registry.web.kept import kept
from registry.web.paper import page
from registry.web.visitor import visitor_of

FORM: Final = "application/x-www-form-urlencoded"
UNREAD: Final = ("expected", "shown")
"""Fields that carry what a page showed, and were not typed."""


async def interrupted(request: Request) -> Response:
    """The page that keeps what was typed; where files were sent, the page to sign in."""
    require_same_site(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return RedirectResponse("/login", 303)
    found = await request.form(max_files=0, max_fields=200)
    typed = {one: text for one, text in found.items() if not isinstance(text, UploadFile)}
    visitor = visitor_of(request)
    fields = {one: text for one, text in kept(typed).items() if len(text) <= LONGEST}
    return page(
        request,
        visitor,
        "interrupted",
        401 if visitor.identity is None else 409,
        action=quote(request.url.path),
        fields=fields,
        typed={one: text for one, text in fields.items() if text and one not in UNREAD},
    )

"""Forms that bring files: streamed to temporary files, never whole in memory, and bounded."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from registry.errors import InvalidInput
from registry.web.forms import LONGEST, SEAL, require_same_site, require_seal, require_text
from registry.web.visitor import Visitor, person_of

MEGABYTE: Final = 1_000_000
MOST_FILES: Final = 3


@dataclass(frozen=True)
class Uploaded:
    """The text fields of a form, and its files by their fields; a field left empty has none."""

    fields: dict[str, str]
    files: dict[str, UploadFile]

    def name(self, field: str) -> str:
        """What the file of a field was called; "" for none."""
        return (self.files[field].filename or "") if field in self.files else ""

    def keep(self, field: str, place: Path) -> None:
        """Copy the file of a field to a place that only this account of the system may read."""
        place.touch(mode=0o600)
        with place.open("wb") as into:
            shutil.copyfileobj(self.files[field].file, into)


async def upload_of(
    request: Request, visitor: Annotated[Visitor, Depends(person_of)]
) -> AsyncIterator[Uploaded]:
    """A form with files, of somebody who is signed in; raises `InvalidInput` beyond the limit.

    The temporary files are gone when the request is answered.
    """
    require_same_site(request)
    limit = visitor.desk.home.settings.upload_limit
    parser = MultiPartParser(
        request.headers,
        _bounded(request, limit),
        max_files=MOST_FILES,
        max_fields=100,
        max_part_size=10 * LONGEST,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        said = getattr(error, "message", "it is no multipart form")
        raise InvalidInput(f"the form cannot be read: {said}") from error
    try:
        files = {k: v for k, v in form.items() if isinstance(v, UploadFile) and v.filename}
        fields = {k: v for k, v in form.items() if isinstance(v, str)}
        require_text(fields)
        require_seal(visitor, fields.pop(SEAL, ""))
        yield Uploaded(fields, files)
    finally:
        await form.close()


async def _bounded(request: Request, megabytes: int) -> AsyncGenerator[bytes, None]:
    """The body, until it is longer than it may be; its stated length may be a lie."""
    left = megabytes * MEGABYTE
    if int(request.headers.get("content-length") or 0) > left:
        raise _too_large(megabytes)
    async for chunk in request.stream():
        left -= len(chunk)
        if left < 0:
            raise _too_large(megabytes)
        yield chunk


def _too_large(megabytes: int) -> InvalidInput:
    return InvalidInput(
        "what was uploaded is too large",
        expected=f"at most {megabytes} MB in one form (upload_limit in registry.toml)",
        todo="register it on the server with `registry register`, or ask whoever runs it",
    )


Upload = Annotated[Uploaded, Depends(upload_of)]

"""What an address of a page may hold: text and numbers that every database takes.

The API says so where it describes each of its parts: `registry.web.api.words`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request

from registry.errors import InvalidInput

Number = Annotated[int, Path(ge=1, lt=2**31)]


def storable_address(request: Request) -> None:
    """Raise `InvalidInput` for an address with a NUL, which PostgreSQL takes in no text."""
    if "\0" in request.url.path or "\0" in "".join(request.query_params.values()):
        raise InvalidInput("the address holds a character that no text has", where="the address")

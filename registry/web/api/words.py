"""The texts that callers send: what every database can hold, and of a bounded length."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import AfterValidator, StringConstraints

LONGEST: Final = 20_000


def require_text(value: object) -> object:
    """Raise `ValueError` for text with a NUL or half of a surrogate pair, within lists as well."""
    if isinstance(value, str) and any(
        char == "\0" or "\ud800" <= char <= "\udfff" for char in value
    ):
        raise ValueError("text that no record can hold")
    if isinstance(value, list | tuple):
        return [require_text(one) for one in value]
    return value


def _text(value: str) -> str:
    require_text(value)
    return value


Text = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(_text)]
Name = Annotated[str, StringConstraints(max_length=300), AfterValidator(_text)]
Asked = Annotated[Name | None, Query()]
Version = Annotated[Name, Path(description="NAME@V, such as claims@1.")]
Request = Annotated[Name, Path(description="R-17, or NAME@V with one open request.")]
Release = Annotated[Name, Path(description="REL-4.")]
Source = Annotated[Name, Path(description="The source.")]

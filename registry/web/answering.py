"""What a posted form comes to: the next page, or the same one with what was wrong and typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.errors import InvalidInput, RegistryError
from registry.web.kept import kept
from registry.web.paper import page
from registry.web.problems import STATUS, kind_of
from registry.web.visitor import Visitor


def answered(do: Callable[[], str], again: Callable[[RegistryError], Response]) -> Response:
    """Do it and go to the address it returns; what is refused is shown where it was asked."""
    try:
        return RedirectResponse(do(), 303)
    except RegistryError as error:
        return again(error)


def status_of(error: RegistryError | None) -> int:
    """The status of a page that shows ``error``; of one that shows none, 200."""
    return STATUS.get(kind_of(error), 400) if error else 200


def filled(
    request: Request,
    visitor: Visitor,
    template: str,
    given: Mapping[str, str],
    error: RegistryError | None,
    **shown: object,
) -> HTMLResponse:
    """A page with a form: as it was filled in, and with what was wrong, if anything was."""
    status = status_of(error)
    return page(request, visitor, template, status, given=kept(given), error=error, **shown)


def needed(fields: Mapping[str, str], name: str, what: str) -> str:
    """The text of a field; raises `InvalidInput` where nothing was typed."""
    text = fields.get(name, "").strip()
    if not text:
        raise InvalidInput(f"{what} is missing", where=name)
    return text


def require_passphrase(fields: Mapping[str, str], *, local: bool) -> None:
    """Raise `InvalidInput` for a signature without one: an empty field is no wrong guess."""
    if not local:
        needed(fields, "passphrase", "the passphrase of your signing key")

"""``/register``: upload a synthetic table with its card, and register it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.card import DatasetCard, card_from, read_card
from registry.errors import Conflict, InvalidInput
from registry.web.paper import page
from registry.web.uploads import Upload, Uploaded
from registry.web.visitor import Person, Visitor
from registry.workflow.ahead import require_ahead
from registry.workflow.browse.names import source_names
from registry.workflow.jobs.real_tables import new_place
from registry.workflow.permissions import ALLOWED
from registry.workflow.register import Registered, register
from registry.workflow.unpacked import require_small

router = APIRouter()
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name",),
    "source": ("source",),
    "title": ("title",),
    "description": ("description",),
    "target": ("target",),
    "generator": ("generator", "name"),
    "generator_version": ("generator", "version"),
    "family": ("generator", "family"),
    "epsilon": ("guarantee", "epsilon"),
    "delta": ("guarantee", "delta"),
    "mechanism": ("guarantee", "mechanism"),
    "unit": ("guarantee", "privacyUnit"),
    "relation": ("guarantee", "neighbouringRelation"),
}
"""Where the card has what a field of the form asks for."""
NUMBERS: Final = ("epsilon", "delta")


@router.get("/register")
def ask(request: Request, visitor: Person) -> HTMLResponse:
    """The form, and what a card says."""
    return _form(request, visitor, {}, None, 200)


@router.post("/register")
def register_it(request: Request, visitor: Person, upload: Upload) -> Response:
    """Register what was uploaded; what is wrong is said on the form, and what was typed stays."""
    require_ahead(visitor.context, "register")  # before a file is taken from anybody
    try:
        done = _registered(visitor, upload)
    except (InvalidInput, Conflict) as error:
        return _form(request, visitor, upload.fields, error, 422)
    return RedirectResponse(f"/datasets/{done.label}", 303)


def _registered(visitor: Visitor, upload: Uploaded) -> Registered:
    card = _card(upload)
    place = new_place(visitor.context.settings, upload.name("table"), "Synthetic table")
    try:
        upload.keep("table", place)
        require_small(visitor.context.settings, place)
        return register(visitor.context, place, card)
    finally:
        place.unlink(missing_ok=True)


def _card(upload: Uploaded) -> DatasetCard:
    """From the file, from the text, or from the fields: from one of them."""
    text = upload.fields.get("card", "").strip()
    if "card_file" in upload.files:
        return read_card(upload.files["card_file"].file.read(), upload.name("card_file"))
    if text:
        return read_card(text.encode(), "Card, as YAML")
    return card_from(card_fields(upload.fields))


def card_fields(given: Mapping[str, str]) -> dict[str, object]:
    """The card that the fields of the form describe; raises `InvalidInput` for what is no number.

    A claim is made where an epsilon is given.
    """
    found: dict[str, object] = {"apiVersion": "registry/v1", "kind": "DatasetCard"}
    claimed = bool(given.get("epsilon", "").strip())
    for field, (*group, key) in PLACES.items():
        text = given.get(field, "").strip()
        if not text or (group == ["guarantee"] and not claimed):
            continue
        value = _number(field, text) if field in NUMBERS else text
        part = found.setdefault(group[0], {}) if group else found
        assert isinstance(part, dict)
        part[key] = value
    if isinstance(claim := found.get("guarantee"), dict):
        claim["variant"] = "approximate" if claim.get("delta") else "pure"
    return found


def _number(field: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is no number", where=field, expected="a number such as 2.5 or 1e-6"
        ) from error


def _form(
    request: Request,
    visitor: Visitor,
    given: Mapping[str, str],
    error: InvalidInput | Conflict | None,
    status: int,
) -> HTMLResponse:
    identity = visitor.identity
    return page(
        request,
        visitor,
        "register",
        status,
        given={**dict.fromkeys((*PLACES, "card"), ""), **given},
        error=error.lines() if error else [],
        sources=source_names(visitor.context),
        limit=visitor.desk.home.settings.upload_limit,
        may=bool(identity and identity.roles & ALLOWED["register"]),
    )

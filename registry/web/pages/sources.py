"""``/sources``: real datasets, of which digests are kept, and what each audience received."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import InvalidInput, RegistryError
from registry.reports.document import Gallery
from registry.reports.spending import spending
from registry.web.answering import answered, filled
from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.browse.parts import Place, newest
from registry.workflow.budgets.declare import METHODS, RELATIONS, UNITS
from registry.workflow.budgets.divisions import partitions
from registry.workflow.budgets.listing import budgets
from registry.workflow.budgets.plan import Planned, plan
from registry.workflow.budgets.plans import batches
from registry.workflow.budgets.show import show
from registry.workflow.budgets.source_costs import source_costs
from registry.workflow.confirm_source import confirm_source
from registry.workflow.listing import source, sources_part
from registry.workflow.people.signing import asks_code
from registry.workflow.requested import AUDIENCES
from registry.workflow.withdraw_source import withdraw_source

router = APIRouter()


@router.get("/sources")
def listed(request: Request, visitor: Person) -> HTMLResponse:
    """The sources, by name."""
    found = sources_part(visitor.context, Place.of(request.query_params))
    return page(
        request, visitor, "sources/list", rows=found.rows, turns=turns("/sources", {}, found)
    )


@router.get("/sources/{name}")
def one(request: Request, visitor: Person, name: str) -> HTMLResponse:
    """One with its ledger, its budgets and their forms; ``epsilon`` asks whether it would fit."""
    asked = request.query_params
    try:
        fits = _planned(visitor, name, asked) if asked.get("epsilon") else []
    except RegistryError as error:
        return source_page(request, visitor, name, asked, error)
    return source_page(request, visitor, name, asked, None, fits)


@router.post("/sources/{name}/confirm")
def confirm(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """Confirm the source and its classification, as a steward."""

    def do() -> str:
        confirm_source(visitor.context, name)
        return f"/sources/{quote(name)}"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))


@router.post("/sources/{name}/withdraw")
def withdraw(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """Withdraw it for good."""

    def do() -> str:
        if form.get("confirm", "").strip() != name:
            raise InvalidInput("the source was not confirmed", where="confirm", expected=name)
        withdraw_source(visitor.context, name, form.get("reason", ""), form.get("basis", ""))
        return f"/sources/{quote(name)}"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))


def source_page(
    request: Request,
    visitor: Visitor,
    name: str,
    given: Mapping[str, str],
    error: RegistryError | None = None,
    fits: list[Planned] | None = None,
) -> HTMLResponse:
    """The page of one source, with what was wrong with one of its forms."""
    context = visitor.context
    ledger = show(context, name)
    entries = newest(ledger["ledger"], Place.of({} if error else given))
    drawn = [spending(one, f"spending-{one.name}") for one in source_costs(context, name)]
    return filled(
        request,
        visitor,
        "sources/source",
        given,
        error,
        name=name,
        found=source(context, name),
        ledger=ledger,
        entries=entries.rows,
        turns=turns(f"/sources/{quote(name)}", {}, entries, "#ledger"),
        budgets=budgets(context, name, every=True),
        partitions=[{**one, "values": _in_words(one)} for one in partitions(context, name)],
        batches=batches(context, name),
        drawn=Gallery(tuple(one for one in drawn if one)),
        fits=fits or [],
        words={
            "units": UNITS,
            "relations": RELATIONS,
            "methods": METHODS,
            "audiences": AUDIENCES,
        },
        code=asks_code(context),
    )


def _planned(visitor: Visitor, name: str, asked: Mapping[str, str]) -> list[Planned]:
    epsilon, delta = number(asked, "epsilon"), number(asked, "delta", "0")
    return plan(visitor.context, name, epsilon, delta, asked.get("audience") or None)


def number(given: Mapping[str, str], field: str, otherwise: str = "") -> float:
    """The number in a field; raises `InvalidInput`."""
    text = given.get(field, "").strip() or otherwise
    try:
        return float(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is no number", where=field, expected="a number such as 2.5 or 1e-6"
        ) from error


def _in_words(partition: Mapping[str, object]) -> str:
    """The parts, each with its values where these are not its name: ``young: 18, 19; old``."""
    held = json.loads(str(partition["values"]))
    parts = {name: ", ".join(str(one) for one in values) for name, values in held.items()}
    return "; ".join(
        name if said in ("", name) else f"{name}: {said}" for name, said in parts.items()
    )

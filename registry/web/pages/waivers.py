"""``/waivers``: signed exceptions to rules, each with an end."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.web.answering import answered, filled, require_passphrase
from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.visitor import Person, Visitor, with_secrets
from registry.workflow.browse.parts import Place
from registry.workflow.people.signing import asks_code
from registry.workflow.waive import Asked, waive
from registry.workflow.waive import end as end_waiver
from registry.workflow.waiver_listing import portfolio, shown, waivers_part
from registry.workflow.waivers import waiver_label

router = APIRouter()


@router.get("/waivers")
def waivers(request: Request, visitor: Person) -> HTMLResponse:
    """Those in force, or all there ever were, and the form to grant one."""
    return _list(request, visitor, request.query_params)


@router.post("/waivers")
def grant(request: Request, visitor: Person, form: Form) -> Response:
    """Waive one rule for one version."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        row = waive(with_secrets(visitor, form), form.get("version", "").strip(), _asked(form))
        return f"/waivers/{waiver_label(row)}"

    return answered(do, lambda error: _list(request, visitor, form, error))


@router.get("/waivers/{label}")
def waiver(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """One with its reason, its compensating control and how it was signed."""
    return _one(request, visitor, label, {})


@router.post("/waivers/{label}/end")
def end(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """End it before its day."""

    def do() -> str:
        end_waiver(visitor.context, label, form.get("reason", ""))
        return f"/waivers/{quote(label)}"

    return answered(do, lambda error: _one(request, visitor, label, form, error))


def _asked(form: Mapping[str, str]) -> Asked:
    text = {name: form.get(name, "").strip() for name in ("rule", "owner", "until", "policy")}
    return Asked(
        text["rule"],
        form.get("reason", ""),
        text["owner"],
        form.get("control", ""),
        text["until"],
        text["policy"] or None,
        form.get("ticket", "").strip() or None,
    )


def _list(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    every = given.get("all") == "1"
    found = waivers_part(visitor.context, Place.of(request.query_params), every=every)
    return filled(
        request,
        visitor,
        "waivers",
        given,
        error,
        rows=found.rows,
        turns=turns("/waivers", {"all": "1" if every else ""}, found),
        every=every,
        total=portfolio(visitor.context),
        code=asks_code(visitor.context),
    )


def _one(
    request: Request,
    visitor: Visitor,
    label: str,
    given: Mapping[str, str],
    error: RegistryError | None = None,
) -> HTMLResponse:
    found = shown(visitor.context, label)
    return filled(request, visitor, "waiver", given, error, found=found)

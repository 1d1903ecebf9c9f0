"""Steps with one version: check, submit, evaluate, take back, amend and withdraw it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from registry.card import read_card
from registry.errors import InvalidInput
from registry.policy.facts import Context as Wanted
from registry.web.forms import Form
from registry.web.real_tables import FIELDS, real_tables
from registry.web.uploads import Upload
from registry.web.visitor import Person
from registry.workflow.ahead import require_ahead
from registry.workflow.amend import amend
from registry.workflow.check import check
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.jobs.ask import ask
from registry.workflow.submit import submit
from registry.workflow.withdraw import withdraw
from registry.workflow.withdraw_version import withdraw_version

router = APIRouter()


@router.post("/datasets/{label}/check")
def check_it(visitor: Person, form: Form, label: str) -> Response:
    """Ask the policies, and show what they say with the margins of every rule."""
    check(visitor.context, label, _wanted(form))
    return _to(label, "policy")


@router.post("/datasets/{label}/submit")
def submit_it(visitor: Person, form: Form, label: str) -> Response:
    """Put it forward; the page of the request then shows what it waits for."""
    request, _ = submit(visitor.context, label, _wanted(form))
    return RedirectResponse(f"/review/R-{request.id}", 303)


@router.post("/datasets/{label}/evaluate")
def evaluate_it(visitor: Person, upload: Upload, label: str) -> Response:
    """Ask for an evaluation against tables on the server, or uploaded for it."""
    require_ahead(visitor.context, "evaluate", label)  # before real data is taken from anybody
    named = {one: upload.fields.get(one, "") for one in FIELDS}
    files = {one: upload.files[f"{one}_file"] for one in FIELDS if f"{one}_file" in upload.files}
    with real_tables(visitor.context, named, files) as tables:
        job = ask(visitor.context, label, tables, Asked(upload.fields.get("profile", "standard")))
    return RedirectResponse(f"/jobs/{job}", 303)


@router.post("/datasets/{label}/take-back")
def take_back(visitor: Person, form: Form, label: str) -> Response:
    """Withdraw one's own request."""
    withdraw(visitor.context, form.get("request", ""), _reason(form))
    return _to(label)


@router.post("/datasets/{label}/amend")
def amend_it(visitor: Person, form: Form, label: str) -> Response:
    """Give it another card."""
    card = read_card(form.get("card", "").encode(), "card")
    amend(visitor.context, label, card, _reason(form), weakens=form.get("weakens") == "yes")
    return _to(label)


@router.post("/datasets/{label}/withdraw")
def withdraw_it(visitor: Person, form: Form, label: str) -> Response:
    """Withdraw the version, which nobody can undo."""
    if form.get("confirm", "").strip() != label:
        raise InvalidInput(
            "the version was not confirmed", where="confirm", expected=f"{label}, typed"
        )
    withdraw_version(visitor.context, label, _reason(form))
    return _to(label)


def _wanted(form: dict[str, str]) -> Wanted:
    chosen = [one.strip() for one in form.get("chosen_from", "").split(",")]
    return Wanted(
        form.get("use", ""),
        form.get("audience", ""),
        form.get("jurisdiction", "").strip() or None,
        tuple(filter(None, chosen)),
    )


def _reason(form: dict[str, str]) -> str:
    if reason := form.get("reason", "").strip():
        return reason
    raise InvalidInput("no reason was given", where="reason", expected="why, in a sentence")


def _to(label: str, side: str = "") -> Response:
    return RedirectResponse(f"/datasets/{quote(label, safe='@')}/{side}".rstrip("/"), 303)

"""``/releases``: what has left the room, on which terms, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import RegistryError
from registry.web.answering import answered, filled
from registry.web.forms import Form
from registry.web.paging import turns
from registry.web.paper import page
from registry.web.visitor import Person, Visitor
from registry.workflow.agreement_listing import agreements
from registry.workflow.browse.parts import Place
from registry.workflow.recalls.resend import resend
from registry.workflow.recheck import recheck
from registry.workflow.recipient_listing import recipient_names
from registry.workflow.release import Terms, release
from registry.workflow.release_listing import Wanted, approved, release_shown, releases_part
from registry.workflow.revoke import revoke

router = APIRouter()
FILTERS: Final = ("expiring", "to", "source", "state")
STATES: Final = ("in-force", "expired", "revoked", "superseded")
ENDING: Final = (("30d", "within 30 days"), ("90d", "within 90 days"))
TERMS: Final = ("use", "expires_on", "agreement", "supersedes")


@router.get("/releases")
def releases(request: Request, visitor: Person) -> HTMLResponse:
    """The releases that the filters leave."""
    asked = request.query_params
    wanted = Wanted(*(asked.get(one) or None for one in FILTERS))
    found = releases_part(visitor.context, wanted, Place.of(asked))
    return page(
        request,
        visitor,
        "releases/list",
        rows=found.rows,
        turns=turns("/releases", {one: asked.get(one, "") for one in FILTERS}, found),
        asked=dict(asked),
        states=STATES,
        ending=ENDING,
        waiting=approved(visitor.context),
        recipients=recipient_names(visitor.context),
    )


@router.get("/releases/new")
def ask(request: Request, visitor: Person) -> HTMLResponse:
    """The form to release an approved request."""
    return _form(request, visitor, request.query_params)


@router.post("/releases")
def grant(request: Request, visitor: Person, form: Form) -> Response:
    """Release an approved request on terms."""

    def do() -> str:
        terms = Terms(
            form.get("recipient", ""), *(form.get(one, "").strip() or None for one in TERMS)
        )
        return f"/releases/{release(visitor.context, form.get('request', ''), terms).label}"

    return answered(do, lambda error: _form(request, visitor, form, error))


@router.post("/releases/recheck")
def recheck_all(request: Request, visitor: Person, form: Form) -> HTMLResponse:
    """Decide on every release in force once more; flags that are new are told to the log."""
    return page(request, visitor, "releases/rechecked", rows=recheck(visitor.context))


@router.get("/releases/{label}")
def one(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """One release with its terms."""
    return _one(request, visitor, label, {})


@router.post("/releases/{label}/revoke")
def revoke_it(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """End it before its day, and recall it."""

    def do() -> str:
        revoke(visitor.context, label, form.get("reason", ""))
        return f"/releases/{quote(label)}"

    return answered(do, lambda error: _one(request, visitor, label, form, error))


@router.post("/releases/{label}/recall")
def recall_again(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """Send its recall again."""

    def do() -> str:
        resend(visitor.context, label)
        return f"/releases/{quote(label)}"

    return answered(do, lambda error: _one(request, visitor, label, form, error))


def _form(
    request: Request, visitor: Visitor, given: Mapping[str, str], error: RegistryError | None = None
) -> HTMLResponse:
    return filled(
        request,
        visitor,
        "releases/new",
        given,
        error,
        approved=approved(visitor.context),
        recipients=recipient_names(visitor.context),
        agreements=[str(one["name"]) for one in agreements(visitor.context)],
    )


def _one(
    request: Request,
    visitor: Visitor,
    label: str,
    given: Mapping[str, str],
    error: RegistryError | None = None,
) -> HTMLResponse:
    return filled(
        request,
        visitor,
        "releases/release",
        given,
        error,
        found=release_shown(visitor.context, label),
    )

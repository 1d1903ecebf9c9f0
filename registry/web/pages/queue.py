"""``/review``: what waits for sign-off, filtered by what stands in the address; several at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import InvalidInput, RegistryError
from registry.records import RequestState
from registry.web.answering import require_passphrase, status_of
from registry.web.forms import Form
from registry.web.kept import kept
from registry.web.paging import turns
from registry.web.paper import page
from registry.web.visitor import Person, Visitor, with_secrets
from registry.workflow.batch import Tried, approve_each
from registry.workflow.browse.names import source_names
from registry.workflow.browse.parts import SIZE, Place
from registry.workflow.context import Context
from registry.workflow.people.signing import asks_code
from registry.workflow.requests_found import CLOSED as ENDED
from registry.workflow.requests_found import Wanted, requests_found

router = APIRouter()
WHOSE: Final = (
    ("mine", "waits for my signature"),
    ("submitted", "put forward by me"),
)
STATES: Final = (("closed", "closed, whatever the reason"), *((one, one) for one in RequestState))
AGES: Final = (("7", "7 days or older"), ("30", "30 days or older"), ("90", "90 days or older"))
FILTERS: Final = ("whose", "state", "source", "older")
OPEN: Final = ("blocked", "What it waits for")
CLOSED: Final = ("closed_reason", "Why it ended")
CLOSED_STATES: Final = ("closed", *ENDED)
BATCH: Final = 10
"""Requests that are approved together at most: as many as somebody can have read."""


@router.get("/review")
def queue(request: Request, visitor: Person) -> HTMLResponse:
    """The requests that the filters leave, oldest first."""
    return _page(request, visitor, request.query_params)


@router.post("/review/approve")
def approve(request: Request, visitor: Person, form: Form) -> Response:
    """Approve every request that was ticked, each with a signature of its own."""
    labels = [name.removeprefix("approve ") for name in form if name.startswith("approve ")]
    try:
        if not labels or len(labels) > BATCH:
            raise InvalidInput("no request, or too many, are ticked", expected=f"1 to {BATCH}")
        require_passphrase(form, local=visitor.desk.local)
        context = with_secrets(visitor, form)
        tried = list(_tried(context, labels, form))
    except RegistryError as error:
        return _page(request, visitor, {"whose": "mine"}, form, error)
    return page(request, visitor, "review/approved", tried=tried)


def _tried(context: Context, labels: list[str], form: Mapping[str, str]) -> list[Tried]:
    expected = {label: form.get(f"expected {label}", "") for label in labels}
    reason = form.get("reason", "").strip() or None
    return list(approve_each(context, labels, reason=reason, expected=expected))


def _page(
    request: Request,
    visitor: Visitor,
    asked: Mapping[str, str],
    given: Mapping[str, str] | None = None,
    error: RegistryError | None = None,
) -> HTMLResponse:
    context = visitor.context
    wanted = _wanted(asked)
    batch = wanted.whose == "mine" and not wanted.state
    found = requests_found(context, wanted, Place.of(asked), BATCH if batch else SIZE)
    return page(
        request,
        visitor,
        "review/queue",
        status_of(error),
        rows=found.rows,
        turns=turns("/review", {one: asked.get(one, "") for one in FILTERS}, found),
        asked=dict(asked),
        why=CLOSED if wanted.state in CLOSED_STATES else OPEN,
        whose=WHOSE,
        states=STATES,
        sources=source_names(context),
        ages=AGES,
        batch=[(row, row["expected"]) for row in found.rows] if batch else [],
        code=asks_code(context),
        given=kept(given or {}),
        error=error,
    )


def _wanted(asked: Mapping[str, str]) -> Wanted:
    older = asked.get("older", "")
    return Wanted(
        asked.get("whose", "") or "all",
        asked.get("state", ""),
        asked.get("source", ""),
        int(older) if older.isdecimal() and len(older) < 6 else 0,
    )

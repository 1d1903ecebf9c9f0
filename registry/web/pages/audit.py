"""``/audit``: who did what, to which dataset, when, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.errors import InvalidInput, RegistryError
from registry.web.addresses import Number
from registry.web.answering import status_of
from registry.web.exporting import exported
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow.auditing.asking import Question
from registry.workflow.auditing.log_state import log_state
from registry.workflow.auditing.proof import event_of, prove
from registry.workflow.auditing.vocabulary import FACTS
from registry.workflow.query import query, require_words

router = APIRouter()
PAGE: Final = 50
COLUMNS: Final = ("seq", "at", "actor", "action", "outcome", "dataset", "request", "fact")
FILTERS: Final = (
    *("actor", "dataset", "request", "action", "outcome", "fact", "source", "recipient"),
    *("policy", "release", "since", "until", "as_of"),
)
OUTCOMES: Final = (*("done", "denied", "undecided", "forbidden", "conflict", "failed", "tampered"),)


@router.get("/audit")
def search(request: Request, visitor: Person) -> HTMLResponse:
    """A page of the events that meet the question, oldest first."""
    asked = request.query_params
    rows: list[dict[str, object]] = []
    error = None
    try:
        rows = list(query(visitor.context, _question(asked, PAGE)))
    except RegistryError as wrong:
        error = wrong
    found = {one: asked.get(one, "") for one in (*FILTERS, "after")}
    kept = {name: value for name, value in found.items() if value and name != "after"}
    full = len(rows) == PAGE
    state = log_state(visitor.context)
    following = urlencode({**kept, "after": rows[-1]["seq"]}) if full else ""
    return page(
        request,
        visitor,
        "audit/search",
        status_of(error),
        rows=rows,
        asked=found,
        outcomes=OUTCOMES,
        facts=FACTS,
        following=following,
        export=urlencode(kept),
        state=state,
        newest=max(state.size - PAGE, 0),
        error=error,
    )


@router.get("/audit/export")
def export(request: Request, visitor: Person) -> Response:
    """Everything that meets the question, as csv, json or ndjson."""
    asked = request.query_params
    question = _question(asked, None)
    require_words(question)
    rows = query(visitor.context, question)
    return exported(rows, COLUMNS, asked.get("format", "csv"), "events")


@router.get("/audit/events/{seq}")
def event(request: Request, visitor: Person, seq: Number) -> HTMLResponse:
    """One event as it was hashed."""
    found = event_of(visitor.context, seq)
    body = json.dumps(json.loads(found.body), indent=2, ensure_ascii=False)
    question = replace(Question(after=seq - 1), limit=1)
    row = next(iter(query(visitor.context, question)))
    return page(request, visitor, "audit/event", found=found, row=row, body=body)


@router.post("/audit/events/{seq}/proof")
def proof(visitor: Person, form: Form, seq: Number) -> Response:
    """The proof that the event is in the log, for whoever has the log's public key."""
    headers = {"content-disposition": f'attachment; filename="event-{seq}.proof.json"'}
    return Response(prove(visitor.context, seq), media_type="application/json", headers=headers)


def _question(asked: Mapping[str, str], limit: int | None) -> Question:
    said = {name: asked.get(name, "").strip() or None for name in FILTERS}
    after = asked.get("after", "")
    if after and not (after.isdecimal() and len(after) < 16):
        raise InvalidInput(f"{after!r} is no event", where="after", expected="a number")
    return Question(**said, limit=limit, after=int(after) if after else None)  # type: ignore[arg-type]

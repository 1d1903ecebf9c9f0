"""``/api/v1/audit``: ask the log, verify it, and take proofs of it away."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path as File
from typing import Annotated, Any, cast

from fastapi import Depends, Path, Query, Response
from fastapi.responses import PlainTextResponse
from typing_extensions import TypedDict

from registry.web.api.callers import Changer
from registry.web.api.paging import Limit, Linked
from registry.web.api.routing import router as noun
from registry.web.api.words import Asked
from registry.web.visitor import Person
from registry.workflow.auditing.asking import Question
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.auditing.consistency import consistency
from registry.workflow.auditing.exports.export import export
from registry.workflow.auditing.exposure import exposed
from registry.workflow.auditing.proof import event_of, prove
from registry.workflow.query import query, require_words
from registry.workflow.verify import Verified, verify

router = noun("audit")
Seq = Annotated[int, Path(ge=1, lt=2**31, description="The number of the event.")]
Size = Annotated[int, Query(ge=0, lt=2**31)]
TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}
ZIP = "application/zip"
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}
}


class Event(TypedDict):
    """What was done or tried; ``details`` are those of its fact."""

    seq: int
    at: str
    actor: str
    action: str
    fact: str
    outcome: str
    dataset: str | None
    request: str | None
    authentication: str
    details: dict[str, Any]
    digest: str


class Stored(TypedDict):
    """An event with its body as it was hashed."""

    seq: int
    digest: str
    body: str


class Exposed(TypedDict):
    """How much of the log nothing outside protects."""

    sentence: str


def asked(
    actor: Asked = None,
    dataset: Asked = None,
    request: Asked = None,
    action: Asked = None,
    outcome: Asked = None,
    since: Asked = None,
    until: Asked = None,
    fact: Asked = None,
    source: Asked = None,
    recipient: Asked = None,
    policy: Asked = None,
    release: Asked = None,
    as_of: Asked = None,
) -> Question:
    """What somebody asks of the log; days and times are inclusive, in UTC."""
    return Question(
        actor=actor,
        dataset=dataset,
        request=request,
        action=action,
        outcome=outcome,
        since=since,
        until=until,
        fact=fact,
        source=source,
        recipient=recipient,
        policy=policy,
        release=release,
        as_of=as_of,
    )


Questioned = Annotated[Question, Depends(asked)]
After = Annotated[int | None, Query(ge=0, lt=2**31, description="Go on behind this event.")]


@router.get("/audit/events")
def events(
    visitor: Person, page: Linked, question: Questioned, limit: Limit = 100, after: After = None
) -> list[Event]:
    """Who did what, to which dataset, when, and how it ended; refused attempts included."""
    wanted = replace(question, limit=limit, after=after)
    found = list(query(visitor.context, wanted))
    if len(found) == limit:
        page.to({"next": {"after": cast("int", found[-1]["seq"])}})
    return cast("list[Event]", found)


@router.get("/audit/events/{seq}")
def event(visitor: Person, seq: Seq) -> Stored:
    """One event: its digest, and its body as it was hashed."""
    found = event_of(visitor.context, seq)
    return {"seq": found.seq, "digest": found.digest, "body": found.body.decode(errors="replace")}


@router.get("/audit/events/{seq}/proof", response_class=PlainTextResponse, responses=TEXT)
def proof(visitor: Person, seq: Seq) -> PlainTextResponse:
    """The proof that an event is in the log, for whoever has the log's public key."""
    return PlainTextResponse(prove(visitor.context, seq))


@router.get("/audit/exposure")
def exposure(visitor: Person) -> Exposed:
    """How much of the log nothing outside protects."""
    return {"sentence": exposed(visitor.context)}


@router.post("/audit/verification")
def verification(caller: Changer) -> Verified:
    """Check every stored byte of the log, its chain, tree and triggers; 500 on tampering."""
    return verify(caller.context)


@router.post("/audit/checkpoints", response_class=PlainTextResponse, responses=TEXT)
def sign_checkpoint(caller: Changer) -> PlainTextResponse:
    """Sign the log as it is now with its key; keep what is answered in another place."""
    return PlainTextResponse(str(checkpoint(caller.context)))


@router.get("/audit/consistency", response_class=PlainTextResponse, responses=TEXT)
def continues(visitor: Person, first: Size, size: Size | None = None) -> PlainTextResponse:
    """The proof that the log begins with the one of an earlier checkpoint."""
    return PlainTextResponse(str(consistency(visitor.context, first, size)))


@router.post("/audit/exports", response_class=Response, responses=BYTES)
def take_away(
    caller: Changer, question: Questioned, names: bool = False, csv: bool = False
) -> Response:
    """Events byte for byte, with a proof of each against a signed checkpoint, as a ZIP."""
    require_words(question)
    with tempfile.TemporaryDirectory() as folder:
        path = File(folder) / "events.zip"
        export(caller.context, path, question, names=names, spreadsheet=csv)
        headers = {"content-disposition": 'attachment; filename="events.zip"'}
        return Response(path.read_bytes(), media_type=ZIP, headers=headers)

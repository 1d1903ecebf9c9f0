"""``/api/v1/audit``: put the log outside, correct its clock, and check what was taken away."""

from __future__ import annotations

from typing import cast

from fastapi import UploadFile
from typing_extensions import TypedDict

from registry.errors import IntegrityFailure
from registry.web.api.callers import Body, Changer, OnceChanger
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.shown import shown
from registry.web.api.uploads import received
from registry.web.api.words import Name, Text
from registry.web.visitor import Person
from registry.workflow.auditing.anchor import Anchored
from registry.workflow.auditing.anchor_again import anchor_again, anchors
from registry.workflow.auditing.check_proof import check_proof
from registry.workflow.auditing.correct_clock import Corrected, correct_clock
from registry.workflow.auditing.exports.verify_export import Checked, verify_export

router = noun("audit")


class AnchorRow(TypedDict):
    """A signed checkpoint that was put outside; ``root`` is hexadecimal."""

    size: int
    root: str
    kind: str
    place: str
    at: str
    event: int | None


class Where(Body):
    """The kind and place of an earlier anchor: file:FOLDER, or git:REPOSITORY:BRANCH."""

    place: Name


class Reason(Body):
    """What was wrong with the clock of the last event."""

    reason: Text


class ProvenEvent(TypedDict):
    """An event as the log holds it; ``log`` is the log's name, ``size`` its events when signed."""

    seq: int
    at: str | None
    actor: str | None
    action: str | None
    fact: str | None
    outcome: str | None
    dataset: str | None
    request: str | None
    details: dict[str, object] | None
    log: str
    size: int


class ExportVerified(TypedDict):
    """Whether an export holds; ``why`` says what does not."""

    holds: bool
    why: str | None
    found: Checked | None


class ProofVerified(TypedDict):
    """Whether a proof holds; ``why`` says what does not."""

    holds: bool
    why: str | None
    event: ProvenEvent | None


@router.get("/audit/anchors")
def list_anchors(visitor: Person, page: Paged) -> list[AnchorRow]:
    """The checkpoints that were put outside, the newest first."""
    return page.of(anchors(visitor.context))


@router.post("/audit/anchors", status_code=201)
def put_outside(caller: Changer, body: Where) -> Anchored:
    """Put a signed checkpoint where the log was anchored before.

    A new place is named beside the registry, by whoever runs the server.
    """
    return anchor_again(caller.context, body.place)


@router.post("/audit/clock-corrections", status_code=201)
def correct(caller: OnceChanger, body: Reason) -> Corrected:
    """Go on from now, where the last event was recorded by a clock that ran ahead."""
    return correct_clock(caller.context, body.reason)


@router.post("/audit/export-verification")
def verify_taken(caller: Changer, export: UploadFile, trust: UploadFile) -> ExportVerified:
    """Check an export against the public key of its log; that it does not hold is data.

    Whoever doubts this server checks it on a machine of their own.
    """
    with received(caller.visitor.desk, export, trust) as (path, key):
        try:
            found = verify_export(path, key)
        except IntegrityFailure as error:
            return {"holds": False, "why": error.what, "found": None}
    return {"holds": True, "why": None, "found": found}


@router.post("/audit/proof-verification")
def verify_proof(caller: Changer, proof: UploadFile, trust: UploadFile) -> ProofVerified:
    """Check the proof of one event against the public key of its log; the outcome is data."""
    with received(caller.visitor.desk, proof, trust) as (path, key):
        try:
            found = check_proof(path, key)
        except IntegrityFailure as error:
            return {"holds": False, "why": error.what, "event": None}
    return {"holds": True, "why": None, "event": cast("ProvenEvent", shown(found))}

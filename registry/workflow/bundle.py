"""Gathers everything that a release rests on into one file, signed by the key of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from registry.bundle.case import Held, case_of
from registry.bundle.checks.watermark import unproven
from registry.bundle.format import WATERMARK, packed
from registry.bundle.read import Opened
from registry.bundle.record import Record
from registry.bundle.verify import Row, verified
from registry.errors import Conflict, InvalidInput, NotFound
from registry.log.canonical import canonical
from registry.log.note import Note, Signer
from registry.records import Request, RequestState
from registry.store import tree
from registry.workflow.attempt import attempt
from registry.workflow.auditing import log_key
from registry.workflow.auditing.checkpoints import keep_checkpoint
from registry.workflow.budgets.stated import stated
from registry.workflow.bundle_events import Told, events_about
from registry.workflow.bundle_parts import anchors_of, parts_of
from registry.workflow.context import Context, Work
from registry.workflow.find import (
    Found,
    release_labelled,
    request_label,
    request_labelled,
    row_id,
    subject,
    version_labelled,
    version_of,
)
from registry.workflow.permissions import require

GOOD = (RequestState.APPROVED, RequestState.RELEASED)


@dataclass(frozen=True)
class Created:
    """The bundle that was written, and what contradicts it, if the records do."""

    dataset: str
    request: str
    release: str | None
    path: Path
    size: int
    events: int
    checkpoint: int
    watermark: str | None
    problems: tuple[Row, ...]


def create_bundle(context: Context, label: str, output: Path) -> Created:
    """Write the bundle of R-17, of REL-4, or of the one approved or released request of NAME@V.

    The log records that, and lists the events in it. Raises `Conflict` for a request that nobody
    approved, `Unavailable` where the key of the log is not here.
    """
    with attempt(context, "bundle", **subject(label)) as work:
        require(context, "bundle")
        request = _request(work.session, label)
        signer = log_key.signer(context.settings)
        found = version_of(work.session, request)
        told = events_about(work.session, found, request)
        record = _record(work, found, request, told)
    watermark = _watermark(record, signer)
    data = packed(record, signer, watermark)
    _write(output, data)
    return Created(
        dataset=found.label,
        request=request_label(request),
        release=record.about.release,
        path=output,
        size=len(data),
        events=len(record.events),
        checkpoint=int(record.checkpoint.splitlines()[1]),
        watermark=watermark,
        problems=verified(data, signer.verifier).failed,
    )


def _request(session: Session, label: str) -> Request:
    if label.upper().startswith("REL-"):
        return session.get_one(Request, release_labelled(session, label).request_id)
    request = request_labelled(session, label) if "@" not in label else _only(session, label)
    if request.state not in GOOD:
        raise Conflict(
            f"{request_label(request)} is {request.state}",
            expected="a request that was approved or released",
        )
    return request


def _only(session: Session, label: str) -> Request:
    found = version_labelled(session, label)
    requests = session.exec(
        select(Request)
        .where(Request.version_id == row_id(found.version))
        .where(col(Request.state).in_(GOOD))
        .order_by(col(Request.id))
    ).all()
    if not requests:
        raise NotFound(f"nothing of {label} was approved or released", todo="name a request, R-1")
    if len(requests) > 1:
        names = ", ".join(request_label(one) for one in requests)
        raise Conflict(f"{label} was approved several times: {names}", todo="name one of them")
    return requests[0]


def _record(work: Work, found: Found, request: Request, told: Sequence[Told]) -> Record:
    """The record, with the event that lists what is in it as the last."""
    event = work.record(
        "bundle",
        "bundle.created",
        dataset=found.label,
        request=request_label(request),
        details={
            "events": [one.seq for one in told],
            **stated(work.session, found.source),
        },
    )
    note = keep_checkpoint(work.context, work.session)
    own = Told(event.seq, bytes(event.body).decode(), {})
    parts = parts_of(work.session, found, request, told)
    log = _log(work.session, (*told, own), note)
    return Record.model_validate_json(canonical({**parts, **log}))


def _log(session: Session, told: Sequence[Told], note: Note) -> Mapping[str, Any]:
    """Every event with its proof, the checkpoint they lead to, and what lies outside."""
    size = tree.size(session)
    return {
        "events": [
            {
                "body": one.body,
                "proof": [step.hex() for step in tree.inclusion(session, one.seq, size)],
            }
            for one in told
        ],
        "checkpoint": str(note),
        "anchors": anchors_of(session, size),
    }


def _watermark(record: Record, signer: Signer) -> str | None:
    label, digest = record.about.dataset, record.dataset.file
    opened = Opened(record, signer.verifier, label, digest, None)
    return WATERMARK if unproven(case_of(opened, Held())) else None


def _write(output: Path, data: bytes) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
    except OSError as error:
        raise InvalidInput(
            f"the bundle cannot be written: {error.strerror}",
            where=str(output),
            expected="a path that can be written",
            todo="give another with --output",
        ) from error

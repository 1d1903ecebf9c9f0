"""Compares requests with the log: how each stands, and what it was submitted with."""

from collections.abc import Iterator

from sqlmodel import Session, select

from registry.records import Request
from registry.workflow.budgets.ledger import labels_in
from registry.workflow.decisions import body_digest
from registry.workflow.find import request_label, version_of
from registry.workflow.verifying.told import Log, Told, differences, near, pseudonym

_STATES = {
    "request.submitted": "submitted",
    "request.approved": "approved",
    "request.reopened": "submitted",
    "request.rejected": "rejected",
    "request.returned": "returned",
    "request.withdrawn": "withdrawn",
    "request.voided": "voided",
    "request.lapsed": "lapsed",
    "release.granted": "released",
}


def request_problems(session: Session, log: Log) -> Iterator[str]:
    """Every request that stands otherwise than the log says, or was put forward as another."""
    rows = session.exec(select(Request)).all()
    stored: dict[object, object] = {
        request_label(row): (row.state, row.approved_at) for row in rows
    }
    yield from differences("request", stored, _standing(log))
    submitted = {one.request: one for one in log if one.fact == "request.submitted"}
    for row in rows:
        one = submitted.get(request_label(row))
        if one is not None:
            yield from _submitted(session, row, one)


def _standing(log: Log) -> dict[object, object]:
    told: dict[object, object] = {}
    approved: dict[str | None, str | None] = {}
    for one in log:
        if one.fact == "request.approved":
            approved[one.request] = one.at
        if one.fact == "request.reopened":
            approved[one.request] = None
        if one.fact in _STATES:
            told[one.request] = (_STATES[one.fact], approved.get(one.request))
    return told


def _submitted(session: Session, row: Request, one: Told) -> Iterator[str]:
    keys = ("use", "audience", "jurisdiction", "decision")
    stored = (row.use, row.audience, row.jurisdiction, row.decision_digest)
    by = (pseudonym(session, row.submitted_by), version_of(session, row).label)
    if (*stored, *by) != (*(one.details.get(key) for key in keys), one.actor, one.dataset):
        yield f"request {one.request}: what was asked for is not what the log records"
    if list(labels_in(row.chosen_from)) != one.details.get("chosenFrom", []):
        yield f"request {one.request}: what informed its choice is not what the log records"
    if not near(row.submitted_at, one.at):
        yield f"request {one.request}: it was not submitted when the log records it"
    # Events of an earlier release of the registry name no body.
    if "body" in one.details and body_digest(session, row) != one.details["body"]:
        yield f"request {one.request}: the decision it was submitted with is not what was stored"

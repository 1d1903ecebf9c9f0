"""Whether something waits for a decision that can no longer be taken."""

from collections.abc import Iterator

from sqlmodel import col, select

from registry.records import (
    OPEN_STATES,
    Dataset,
    DatasetVersion,
    Request,
    Source,
    VersionState,
)
from registry.workflow.doctor.finding import Finding, ok, warning
from registry.workflow.doctor.patient import Patient
from registry.workflow.find import request_label

NAME = "requests"


def check(patient: Patient) -> Iterator[Finding]:
    """No open request is about a version or a source that was withdrawn."""
    query = (
        select(Request, DatasetVersion, Source)
        .where(Request.version_id == DatasetVersion.id)
        .where(DatasetVersion.dataset_id == Dataset.id)
        .where(Dataset.source_id == Source.id)
        .where(col(Request.state).in_(OPEN_STATES))
        .order_by(col(Request.id))
    )
    count, stuck = 0, 0
    for request, version, source in patient.session.exec(query):
        count += 1
        if VersionState.WITHDRAWN in (version.state, source.state):
            stuck += 1
            yield warning(
                NAME,
                f"{request_label(request)} is open, and what it is about was withdrawn",
                todo="have it rejected or returned",
            )
    if not stuck:
        yield ok(NAME, f"{count} open, and none on anything withdrawn")

"""Records that a recipient answered a recall, on what evidence, against the notice's code."""

import hmac
from dataclasses import dataclass

from sqlmodel import col, update

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Recall, Request
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.commitment import commitment
from registry.workflow.context import Context
from registry.workflow.find import (
    release_label,
    release_labelled,
    request_label,
    row_id,
    version_of,
)
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.recalls.newest import newest


@dataclass(frozen=True)
class Answer:
    """Who answered, what shows it, and the code of the notice that was answered."""

    by: str
    evidence: str
    code: str


def acknowledge(context: Context, label: str, answer: Answer) -> Recall:
    """Close the recall of REL-4; raises `NotPermitted` for another code than the notice's."""
    for name, text in (("name", answer.by), ("evidence", answer.evidence)):
        if not text.strip():
            raise InvalidInput(f"an acknowledgement needs {name}", todo="give --by and --evidence")
    number = _acknowledge(context, label, answer)
    with reading(context.engine) as session:
        return session.get_one(Recall, number)


@once("acknowledge-recall")
def _acknowledge(context: Context, label: str, answer: Answer) -> int:
    """The number of the recall, and not the recall: it names people."""
    with attempt(context, "acknowledge-recall", release=label.upper()) as work:
        identity = require(context, "acknowledge-recall")
        release = release_labelled(work.session, label)
        recall = newest(work.session, release)
        if recall is None:
            raise Conflict(f"{release_label(release)} was not recalled")
        if not hmac.compare_digest(answer.code.strip().upper().encode(), recall.code.encode()):
            raise NotPermitted(
                f"that is not the code of the recall of {release_label(release)}",
                expected="the code in the notice, as the recipient quotes it",
            )
        request = work.session.get_one(Request, release.request_id)
        event = work.record(
            "acknowledge-recall",
            "recall.acknowledged",
            dataset=version_of(work.session, request).label,
            request=request_label(request),
            details={
                "release": release_label(release),
                "number": recall.number,
                "by": commitment(recall.salt, answer.by),
                "evidence": commitment(recall.salt, answer.evidence),
            },
        )
        changed = work.session.exec(
            update(Recall)
            .where(col(Recall.id) == row_id(recall))
            .where(col(Recall.acknowledged_at).is_(None))
            .values(
                acknowledged_at=event.at,
                acknowledged_by=answer.by,
                evidence=answer.evidence,
                recorded_by=identity.account_id,
            )
        )
        if changed.rowcount != 1:
            raise Conflict(f"the recall of {release_label(release)} was acknowledged already")
        return row_id(recall)

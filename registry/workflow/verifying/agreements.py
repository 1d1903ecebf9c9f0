"""Compares agreements with the log: the document, its parties, its days, and how it ended."""

from collections.abc import Iterator

from sqlmodel import Session, select

from registry.records import Agreement
from registry.workflow.agreements import agreement_label, parties_of
from registry.workflow.verifying.told import Log, differences, pseudonym


def agreement_problems(session: Session, log: Log) -> Iterator[str]:
    """Every agreement that is not what its event says, or did not end as the log records."""
    ended = {
        one.details.get("agreement"): (one.at, one.actor, one.details.get("reason"))
        for one in log
        if one.fact == "agreement.ended"
    }
    stored: dict[object, object] = {}
    for row in session.exec(select(Agreement)):
        stored[row.event_seq] = (
            (row.name, row.digest, parties_of(row), row.valid_from, row.valid_until),
            (row.added_at, pseudonym(session, row.added_by)),
        )
        how = (row.ended_at, pseudonym(session, row.ended_by), row.ended_reason)
        if how != ended.get(agreement_label(row), (None,) * 3):
            yield f"agreement {agreement_label(row)}: how it ended is not what the log records"
    keys = ("agreement", "digest", "parties", "from", "until")
    told: dict[object, object] = {
        one.seq: (tuple(one.details.get(key) for key in keys), (one.at, one.actor))
        for one in log
        if one.fact == "agreement.added"
    }
    yield from differences("agreement of event", stored, told)

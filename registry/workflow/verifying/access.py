"""Compares access requests with the log: what was asked, by whom, and what was answered."""

from collections.abc import Iterator

from sqlmodel import Session, select

from registry.records import AccessRequest, Dataset
from registry.workflow.access.ask import terms
from registry.workflow.access.find import FACT_OF, access_label
from registry.workflow.commitment import commitment
from registry.workflow.verifying.told import Log, differences, pseudonym


def access_problems(session: Session, log: Log) -> Iterator[str]:
    """Every access request that is not what its events say."""
    ended = {
        one.details.get("access"): (one.fact, one.at, one.actor, one.details.get("answer"))
        for one in log
        if one.fact in FACT_OF.values()
    }
    stored: dict[object, object] = {}
    for row in session.exec(select(AccessRequest)):
        dataset = session.get_one(Dataset, row.dataset_id).name
        by = pseudonym(session, row.asked_by)
        stored[row.event_seq] = (terms(dataset, row), row.asked_at, by)
        if _end(session, row) != ended.get(access_label(row)):
            yield f"access request {access_label(row)}: how it ended is not what the log records"
    told_of: dict[object, object] = {
        one.seq: (one.details, one.at, one.actor) for one in log if one.fact == "access.asked"
    }
    yield from differences("access request of event", stored, told_of)


def _end(session: Session, row: AccessRequest) -> tuple[object, ...] | None:
    if row.state == "asked":
        return None
    who = pseudonym(session, row.ended_by)
    return (FACT_OF.get(row.state), row.ended_at, who, commitment(row.salt, row.answer))

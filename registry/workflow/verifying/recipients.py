"""Compares recipients with the log: who was added by whom, and how each is reached."""

from collections.abc import Iterator

from sqlmodel import Session, select

from registry.records import Recipient
from registry.workflow.recipients import known_by
from registry.workflow.verifying.told import Log, differences, pseudonym


def recipient_problems(session: Session, log: Log) -> Iterator[str]:
    """Every recipient that is not what its last event says."""
    added = {one.details.get("recipient"): one for one in log if one.fact == "recipient.added"}
    last = {
        one.details.get("recipient"): one.details
        for one in log
        if one.fact in ("recipient.added", "recipient.changed")
    }
    stored: dict[object, object] = {
        row.name: (known_by(row), row.event_seq, pseudonym(session, row.added_by), row.added_at)
        for row in session.exec(select(Recipient))
    }
    told: dict[object, object] = {
        name: (_known(last[name]), one.seq, one.actor, one.at) for name, one in added.items()
    }
    yield from differences("recipient", stored, told)


def _known(details: object) -> dict[str, object]:
    got = details if isinstance(details, dict) else {}
    return {key: got.get(key) for key in ("recipient", "contact", "webhook")}

"""What an event says of the ledger that it adds to: how long it is then, and its head.

The last such statement is in the log already, so only what is new is reckoned: a source with ten
thousand versions takes one more in the time that the first one took.
"""

import json
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.ledger.entry import head
from registry.records import CardRevision, Dataset, DatasetVersion, Event, Release, Request, Source
from registry.store import events
from registry.workflow.budgets.ledger import Happened, ledger_of, numbered
from registry.workflow.find import row_id


class _State(NamedTuple):
    entries: int
    head: str


def stated(session: Session, source: Source, *new: Happened) -> dict[str, object]:
    """The details of the event that is about to be written, with what it adds.

    To be asked for inside the write transaction, and as the last thing before the event.
    """
    place = events.next_seq(session)
    entries, digest = _last(session, source) or _derived(session, source)
    for one in numbered([replace(one, event=place) for one in new], entries):
        entries, digest = one.number, one.digest(digest)
    return {"ledger": {"source": source.name, "entries": entries, "head": digest}}


def _derived(session: Session, source: Source) -> _State:
    """Of a ledger of which no event tells: it is older than they."""
    entries = ledger_of(session, source)
    return _State(len(entries), head(entries))


def _last(session: Session, source: Source) -> _State | None:
    """What the last event that could add to the ledger said of it, if it said anything."""
    places = [one(session, row_id(source)) for one in (_registered, _amended, _released)]
    seq = max((one for one in places if one is not None), default=None)
    if seq is None:
        return None
    body = session.exec(select(Event.body).where(Event.seq == seq)).one()
    said = json.loads(bytes(body))["details"].get("ledger")
    return _State(said["entries"], said["head"]) if said else None


def _registered(session: Session, source_id: int) -> int | None:
    last = session.exec(
        select(Dataset.name, DatasetVersion.number)
        .where(DatasetVersion.dataset_id == Dataset.id)
        .where(Dataset.source_id == source_id)
        .order_by(col(DatasetVersion.id).desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    label = f"{last[0]}@{last[1]}"
    done = select(Event.seq).where(Event.dataset == label, col(Event.action) + "" == "register")
    return session.exec(done.where(col(Event.outcome) + "" == "done")).first()


def _amended(session: Session, source_id: int) -> int | None:
    return session.exec(
        select(sa.func.max(col(CardRevision.event_seq)))
        .join(DatasetVersion, col(DatasetVersion.id) == col(CardRevision.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(Dataset.source_id == source_id)
    ).one()


def _released(session: Session, source_id: int) -> int | None:
    return session.exec(
        select(sa.func.max(col(Release.event_seq)))
        .join(Request, col(Request.id) == col(Release.request_id))
        .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(Dataset.source_id == source_id)
    ).one()

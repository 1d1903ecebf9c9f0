"""The ledger is what the log last said of it: rows that are gone or changed let nothing out."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.ledger.entry import Entry, head
from registry.records import Dataset, DatasetVersion, Event, Source
from registry.workflow.find import row_id

_ADDING = ("register", "amend", "release")
"""What is done to a version and states the ledger of its source."""


def last_stated(session: Session, source: Source) -> tuple[int, Mapping[str, Any]] | None:
    """The newest event that states the ledger of ``source``: its place, and what it says.

    To be asked for before the ledger is read, so that whatever is added meanwhile comes after it.
    None where no event tells of a ledger: all of them are older than ledgers are.
    """
    label = col(Dataset.name) + "@" + sa.cast(col(DatasetVersion.number), sa.String)
    seq = session.exec(
        select(sa.func.max(col(Event.seq)))
        .select_from(DatasetVersion)
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        # As expressions, so that each version is looked up by its label: see `ledger_of`.
        .join(Event, (col(Event.dataset) == label) & (col(Event.action) + "").in_(_ADDING))
        .where(Dataset.source_id == row_id(source), col(Event.outcome) + "" == "done")
    ).one()
    if seq is None:
        return None
    body = session.exec(select(Event.body).where(Event.seq == seq)).one()
    said = json.loads(bytes(body))["details"].get("ledger")
    return (seq, said) if said else None


def require_as_stated(
    source: Source, entries: Sequence[Entry], stated: tuple[int, Mapping[str, Any]] | None
) -> None:
    """Raise `IntegrityFailure` unless ``entries`` are, up to its place, what the event states."""
    if stated is None:
        return
    seq, said = stated
    until = [one for one in entries if one.event <= seq]
    if (said.get("entries"), said.get("head")) != (len(until), head(until)):
        raise IntegrityFailure(
            f"the ledger of {source.name} is not what event {seq} states",
            expected=f"{said.get('entries')} entries with the head {said.get('head')}",
            todo="run `registry audit verify` and find out who changed it",
        )

"""Finds requests by what a list is filtered by: whose they are, their state, source and age."""

from dataclasses import dataclass

from sqlmodel import col, select

from registry.errors import NotPermitted
from registry.records import Dataset, DatasetVersion, RequestState, Source
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.queue import Row, mine, queue

CLOSED = tuple(state for state in RequestState if state not in ("submitted", "approved"))


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty leaves it open. ``older`` is a least age in days."""

    whose: str = "all"
    state: str = ""
    source: str = ""
    older: int = 0


def requests_found(context: Context, wanted: Wanted) -> list[Row]:
    """The requests that fit, oldest first; closed ones where their state is asked for."""
    rows = _of(context, wanted)
    sources = _sources(context)
    found = [{**row, "source": sources[str(row["version"])]} for row in rows]
    return [row for row in found if _fits(row, wanted)]


def _of(context: Context, wanted: Wanted) -> list[Row]:
    if wanted.whose == "mine":
        try:
            return mine(context)
        except NotPermitted:
            return []  # whose roles sign nothing has nothing waiting
    if wanted.whose == "submitted":
        name = context.identity.name if context.identity else None
        return [row for row in queue(context, every=True) if row["submitted_by"] == name]
    return queue(context, every=wanted.state in ("closed", *CLOSED))


def _fits(row: Row, wanted: Wanted) -> bool:
    age = row["age"]
    assert isinstance(age, int)
    states = CLOSED if wanted.state == "closed" else (wanted.state,)
    return (
        (not wanted.state or row["state"] in states)
        and wanted.source in ("", row["source"])
        and age >= wanted.older
    )


def _sources(context: Context) -> dict[str, str]:
    """The source of every version that a request was ever about, by label."""
    with reading(context.engine) as session:
        rows = session.exec(
            select(Dataset.name, DatasetVersion.number, Source.name)
            .where(DatasetVersion.dataset_id == Dataset.id)
            .where(col(Dataset.source_id) == Source.id)
        )
        return {f"{name}@{number}": source for name, number, source in rows}

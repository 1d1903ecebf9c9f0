"""``/api/v1/sources``: real datasets, of which the digests alone are kept."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Form, Response, UploadFile
from typing_extensions import TypedDict

from registry.web.api.callers import Body, OnceChanger
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.stopped import Stopped, stopped
from registry.web.api.unchanged import Unchanged
from registry.web.api.uploads import received
from registry.web.api.words import Name, Source, Text
from registry.web.visitor import Person
from registry.workflow import listing
from registry.workflow.add_source import add_source
from registry.workflow.confirm_source import confirm_source
from registry.workflow.withdraw_source import withdraw_source

router = noun("sources")


class SourceRow(TypedDict):
    """A source as a list has it; the shares are of rows that are identical to another."""

    name: str
    state: str
    classification: str
    modality: str
    training_rows: int
    holdout_rows: int
    holdout_in_training: float
    training_twins: float
    added_by: str | None
    confirmed_by: str | None
    confirmed_at: str | None


class SourceShown(SourceRow):
    """One source with what was committed."""

    title: str | None
    training_content_digest: str
    training_file_digest: str
    holdout_content_digest: str
    holdout_file_digest: str
    versions_on_holdout: int
    columns: list[str]


class Withdrawal(Body):
    """Why a source is withdrawn; ``basis`` is consent, legal-basis or retention."""

    basis: Name
    reason: Text


@router.get("/sources")
def list_sources(visitor: Person, page: Paged) -> list[SourceRow]:
    """The sources, by name."""
    return page.of(listing.sources(visitor.context))


@router.post("/sources", status_code=201)
def add(
    caller: OnceChanger,
    response: Response,
    name: Annotated[Name, Form()],
    classification: Annotated[Name, Form()],
    real: UploadFile,
    holdout: UploadFile,
    modality: Annotated[Name, Form()] = "tabular",
    title: Annotated[Text | None, Form()] = None,
    key: Annotated[list[Name] | None, Form()] = None,
) -> SourceShown:
    """Commit the digests of a training table and its holdout; no row is kept."""
    with received(caller.visitor.desk, real, holdout) as (training, held):
        source = add_source(
            caller.context,
            name,
            training,
            held,
            classification=classification,
            modality=modality,
            title=title,
            key=key or (),
        )
    response.headers["location"] = f"/api/v1/sources/{source.name}"
    return cast("SourceShown", listing.source(caller.context, source.name))


@router.get("/sources/{source}")
def show(visitor: Person, source: Source) -> SourceShown:
    """One source with its committed digests."""
    return cast("SourceShown", listing.source(visitor.context, source))


@router.post("/sources/{source}/confirmation", dependencies=[Unchanged])
def confirm(caller: OnceChanger, source: Source) -> SourceShown:
    """Confirm a source and its classification, as a steward."""
    name = confirm_source(caller.context, source).name
    return cast("SourceShown", listing.source(caller.context, name))


@router.post("/sources/{source}/withdrawal", dependencies=[Unchanged])
def withdraw(caller: OnceChanger, source: Source, body: Withdrawal) -> Stopped:
    """Withdraw a source for good: open requests are void, and its releases are recalled."""
    return stopped(withdraw_source(caller.context, source, body.reason, body.basis))

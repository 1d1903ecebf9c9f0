"""``/api/v1/datasets``: synthetic datasets, their versions, and what their cards say."""

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
from registry.web.api.words import Text, Version
from registry.web.visitor import Person
from registry.workflow import listing
from registry.workflow.amend import Amended, amend
from registry.workflow.disclose import disclose, withhold
from registry.workflow.evidence_file import EvidenceFile
from registry.workflow.export_evidence import export_evidence
from registry.workflow.register import Registered, read_card_file, register
from registry.workflow.withdraw_version import withdraw_version

router = noun("datasets")


class VersionRow(TypedDict):
    """A version as a list has it; ``epsilon`` is what its card claims."""

    version: str
    state: str
    source: str
    generator: str
    epsilon: float | None
    rows: int
    registered_by: str | None
    registered_at: str


class VersionShown(VersionRow):
    """One version with its digests, and what was made of its claim."""

    file: str
    storage: str
    file_digest: str
    content_digest: str
    card_digest: str
    evaluations: list[str]
    amendments: list[str]
    epsilon_claim: str
    dp_audits: list[str]


class Why(Body):
    """A reason; it is kept with the record."""

    reason: Text


class Disclosed(TypedDict):
    """Whether certificates and cards of a version carry its exact figures."""

    version: str
    disclosed: bool


@router.get("/datasets")
def list_datasets(visitor: Person, page: Paged) -> list[VersionRow]:
    """Every version of every synthetic dataset, by name and number."""
    return page.cut(listing.versions(visitor.context, page.limit + 1, page.offset))


@router.post("/datasets", status_code=201)
def add(caller: OnceChanger, response: Response, data: UploadFile, card: UploadFile) -> Registered:
    """Register a file (.csv, .csv.gz or .parquet) as a version, under its card (YAML).

    The same content with the same card is the same version: ``new`` is then false.
    """
    with received(caller.visitor.desk, data, card) as (table, text):
        found = register(caller.context, table, read_card_file(text))
    response.headers["location"] = f"/api/v1/datasets/{found.label}"
    return found


@router.get("/datasets/{version}")
def show(visitor: Person, version: Version) -> VersionShown:
    """One version: digests, generator, guarantee, evaluations."""
    return cast("VersionShown", listing.version(visitor.context, version))


@router.put("/datasets/{version}/card", dependencies=[Unchanged])
def amend_card(
    caller: OnceChanger,
    version: Version,
    card: UploadFile,
    reason: Annotated[Text, Form()],
    weakens: Annotated[bool, Form()] = False,
) -> Amended:
    """Give a version another card: a new revision, which voids the requests open on it."""
    with received(caller.visitor.desk, card) as (text,):
        return amend(caller.context, version, read_card_file(text), reason, weakens=weakens)


@router.post("/datasets/{version}/withdrawal", dependencies=[Unchanged])
def withdraw(caller: OnceChanger, version: Version, body: Why) -> Stopped:
    """Withdraw a version for good: its open requests are void, its releases are recalled."""
    return stopped(withdraw_version(caller.context, version, body.reason))


@router.post("/datasets/{version}/disclosure", dependencies=[Unchanged])
def disclose_figures(caller: OnceChanger, version: Version, body: Why) -> Disclosed:
    """Let certificates and cards carry exact figures, until the next evaluation."""
    return {"version": disclose(caller.context, version, body.reason), "disclosed": True}


@router.post("/datasets/{version}/withholding", dependencies=[Unchanged])
def withhold_figures(caller: OnceChanger, version: Version, body: Why) -> Disclosed:
    """Take a disclosure back: certificates and cards carry bands again."""
    return {"version": withhold(caller.context, version, body.reason), "disclosed": False}


@router.get("/datasets/{version}/evidence", response_model_exclude_none=True)
def evidence(visitor: Person, version: Version) -> EvidenceFile:
    """What was measured, as a check without a registry reads it."""
    return export_evidence(visitor.context, version)

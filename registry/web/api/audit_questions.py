"""``/api/v1/audit``: the questions an auditor asks, each with its own columns."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import Path, Query
from typing_extensions import TypedDict

from registry.web.api.paging import Limit, Linked, Paged
from registry.web.api.routing import router as noun
from registry.web.api.words import Asked, Name, Source, Version
from registry.web.visitor import Person
from registry.workflow.auditing.approvals import approvals
from registry.workflow.auditing.asking import Question
from registry.workflow.auditing.denials import denials
from registry.workflow.auditing.doings import doings
from registry.workflow.auditing.releases_to import releases_to
from registry.workflow.auditing.state import state
from registry.workflow.auditing.used_source import used_source
from registry.workflow.auditing.waived import waived

router = noun("audit")
After = Annotated[int | None, Query(ge=0, lt=2**31, description="Go on behind this event.")]


class Approval(TypedDict):
    """A signature on a request, and what it rests on."""

    seq: int
    at: str
    actor: str
    role: str | None
    meaning: str | None
    dataset: str | None
    request: str | None
    policies: list[str]
    evidence: list[str]
    waivers: list[str]
    decision: str | None
    reason: str | None
    authentication: str
    statement: str | None
    statement_kept: str


class Denial(TypedDict):
    """What was refused, and what then became of it."""

    seq: int
    at: str
    actor: str
    action: str
    dataset: str | None
    request: str | None
    about: str | None
    outcome: str
    retried: int
    then: str
    why: str | list[str] | None
    done_seq: int | None
    done_at: str | None
    done_by: str | None


class Granted(TypedDict):
    """A release to somebody, and how it ended."""

    release: str
    dataset: str | None
    recipient: str | None
    use: str | None
    state: str
    at: str
    by: str
    expires: str | None
    agreement: str | None
    request: str | None
    file: str | None
    decision: str | None
    ended_at: str | None
    ended_by: str | None
    reason: str | None
    seq: int


class Use(TypedDict):
    """Something that used a source."""

    kind: str
    what: str | None
    fact: str
    at: str
    actor: str
    dataset: str | None
    request: str | None
    outcome: str
    seq: int


class Waived(TypedDict):
    """A waiver there ever was, and how it ended."""

    waiver: str
    dataset: str | None
    policy: str
    rule: str | None
    actor: str
    role: str | None
    at: str
    until: str | None
    state: str
    owner: str | None
    reason: str | None
    control: str | None
    ended_at: str | None
    ended_by: str | None
    ended_reason: str | None
    statement_kept: str
    seq: int


class Counted(TypedDict):
    """How often somebody did something, and how it ended."""

    action: str
    outcome: str
    events: int
    first: str
    last: str


class Done(TypedDict):
    """What somebody did: counted, and event by event."""

    actor: str
    summary: list[Counted]
    events: list[dict[str, Any]]


class State(TypedDict):
    """How a version stood, from the log alone."""

    version: str
    state: str
    source: str
    source_state: str
    classification: str
    registered_by: str | None
    registered_at: str
    file: str | None
    content: str | None
    card: str | None
    evaluations: list[str]
    requests: list[dict[str, Any]]
    releases: list[dict[str, Any]]
    waivers: list[dict[str, Any]]
    refused: int
    last_event: int


@router.get("/audit/approvals")
def list_approvals(
    visitor: Person,
    page: Paged,
    dataset: Asked = None,
    actor: Asked = None,
    policy: Asked = None,
    since: Asked = None,
    until: Asked = None,
    as_of: Asked = None,
) -> list[Approval]:
    """Who approved, rejected or returned what, when, under which policies and evidence."""
    question = Question(
        dataset=dataset, actor=actor, policy=policy, since=since, until=until, as_of=as_of
    )
    return page.of(approvals(visitor.context, question))


@router.get("/audit/denials")
def list_denials(
    visitor: Person,
    page: Paged,
    dataset: Asked = None,
    actor: Asked = None,
    action: Asked = None,
    since: Asked = None,
    until: Asked = None,
    as_of: Asked = None,
) -> list[Denial]:
    """What was refused, whether it was tried again, and which attempt then succeeded."""
    question = Question(
        dataset=dataset, actor=actor, action=action, since=since, until=until, as_of=as_of
    )
    return page.of(denials(visitor.context, question))


@router.get("/audit/releases")
def list_releases(
    visitor: Person, page: Paged, to: Asked = None, as_of: Asked = None
) -> list[Granted]:
    """All releases to a recipient: on which terms, by whom, and how each one ended."""
    return page.of(releases_to(visitor.context, to, as_of))


@router.get("/audit/sources/{source}")
def list_uses(visitor: Person, page: Paged, source: Source, as_of: Asked = None) -> list[Use]:
    """All that used a source: versions, evaluations, requests, releases and withdrawals."""
    return page.of(used_source(visitor.context, source, as_of))


@router.get("/audit/waivers")
def list_waivers(
    visitor: Person, page: Paged, dataset: Asked = None, as_of: Asked = None
) -> list[Waived]:
    """All waivers there ever were: of which rule, by whom, why, and how each one ended."""
    return page.of(waived(visitor.context, dataset, as_of))


@router.get("/audit/actors/{name}")
def actor(
    visitor: Person,
    links: Linked,
    name: Annotated[Name, Path(description="An account, or a pseudonym of the log.")],
    since: Asked = None,
    until: Asked = None,
    as_of: Asked = None,
    limit: Limit = 50,
    after: After = None,
) -> Done:
    """What somebody did between two dates: counted, and event by event."""
    question = Question(actor=name, since=since, until=until, as_of=as_of, limit=limit, after=after)
    summary, rows = doings(visitor.context, question)
    if len(rows) == limit:
        links.to({"next": {"after": cast("int", rows[-1]["seq"])}})
    return {"actor": name, "summary": cast("list[Counted]", summary), "events": rows}


@router.get("/audit/states/{version}")
def stood(visitor: Person, version: Version, as_of: Asked = None) -> State:
    """How a version stood at a time, from the log alone."""
    return cast("State", state(visitor.context, version, as_of))

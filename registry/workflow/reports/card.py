"""Gathers what the card of one version says to those who use it."""

import json

from sqlmodel import Session, col, select

from registry.policy.expiry import expired
from registry.policy.facts import Context as Wanted
from registry.records import DecisionRecord, Generator, Release, ReleaseState, Request
from registry.reports.facts import DecisionFacts
from registry.reports.numbers import words
from registry.reports.outside_facts import CardFacts, TermsFacts
from registry.workflow.context import Context
from registry.workflow.find import Found, row_id
from registry.workflow.gate import card_of, library
from registry.workflow.reports.outside import (
    bands_of,
    disclosed_of,
    guarantee_of,
    withdrawn_because,
)
from registry.workflow.reports.signed import recorded

Given = tuple[Release, Request]


def card_facts(context: Context, session: Session, found: Found) -> CardFacts:
    """Everything that the card says."""
    version, card = found.version, card_of(found)
    generator = session.exec(select(Generator).where(Generator.version_id == row_id(version))).one()
    releases = in_force(context, session, found)
    decided = decided_of(session, found, releases)
    disclosure = disclosed_of(session, found)
    policies = decided.policies if decided else ()
    approved, prohibited = _uses(session, decided, releases)
    return CardFacts(
        dataset=found.dataset.name,
        version=version.number,
        title=card.title or found.dataset.name,
        description=card.description or "",
        rows=version.rows,
        columns=tuple(column["name"] for column in json.loads(version.columns)),
        file_digest=version.file_digest,
        content_digest=version.content_digest,
        registered_at=version.registered_at,
        source_title=found.source.title or found.source.name,
        classification=found.source.classification,
        modality=found.source.modality,
        generator=f"{generator.name} {generator.version}",
        generator_family=generator.family,
        made_at=generator.made_at,
        intended=card.uses.intended,
        approved=approved,
        prohibited=tuple(dict.fromkeys((*card.uses.out_of_scope, *prohibited))),
        limitations=card.limitations,
        biases=card.biases,
        people=tuple(
            (role, name) for role, name in card.people.model_dump().items() if name is not None
        ),
        terms=tuple(_terms(*one) for one in releases),
        withdrawn=withdrawn_because(session, found),
        outcome=decided.outcome if decided else None,
        about=_about(decided) if decided else None,
        policies=policies,
        bands=bands_of(session, decided, disclosed=disclosure is not None),
        guarantee=guarantee_of(session, found),
        disclosure=disclosure,
        local_mode=context.settings.mode == "local",
        printed_at=context.now(),
    )


def in_force(context: Context, session: Session, found: Found) -> list[Given]:
    """The releases of a version that permit something today, oldest first."""
    rows = session.exec(
        select(Release, Request)
        .where(Release.request_id == Request.id)
        .where(Request.version_id == row_id(found.version))
        .where(Release.state == ReleaseState.IN_FORCE)
        .order_by(col(Release.id))
    ).all()
    now = context.clock()
    return [(one, request) for one, request in rows if not expired(one.expires_on, now)]


def decided_of(session: Session, found: Found, releases: list[Given]) -> DecisionFacts | None:
    """The decision behind the newest release in force; without one the newest on any request."""
    query = select(DecisionRecord).where(DecisionRecord.version_id == row_id(found.version))
    if releases:
        query = query.where(DecisionRecord.request_id == row_id(releases[-1][1]))
    row = session.exec(
        query.where(col(DecisionRecord.request_id).is_not(None)).order_by(
            col(DecisionRecord.id).desc()
        )
    ).first()
    return recorded(session, row, _wanted(row)) if row else None


def _wanted(row: DecisionRecord) -> Wanted:
    return Wanted(row.use, row.audience, row.jurisdiction)


def _about(decided: DecisionFacts) -> str:
    place = f" in {decided.jurisdiction}" if decided.jurisdiction else ""
    return f"{words(decided.use)}, audience {decided.audience}{place}"


def _uses(
    session: Session, decided: DecisionFacts | None, releases: list[Given]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What releases in force are for, and what the policies that decided prohibit."""
    approved = tuple(dict.fromkeys(one.use for one, _ in releases))
    digests = {one.digest for one in decided.policies} if decided else set()
    specs = [one.document.spec for one in library(session) if one.digest in digests]
    return approved, tuple(dict.fromkeys(use for spec in specs for use in spec.uses.deny))


def _terms(release: Release, request: Request) -> TermsFacts:
    return TermsFacts(
        release.use,
        request.audience,
        request.jurisdiction,
        release.agreement,
        release.expires_on,
    )

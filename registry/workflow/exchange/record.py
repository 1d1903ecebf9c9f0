"""Gathers what exchange files may say of one version, from stored records alone."""

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final, Literal

from sqlmodel import Session, col, select

from registry.exchange.facts import (
    ColumnFacts,
    DecisionFacts,
    EvaluationFacts,
    FileFacts,
    Record,
    ReleaseFacts,
    SignOffFacts,
    SourceFacts,
)
from registry.records import Account, Evaluation, Release, Request, SignOff
from registry.workflow.context import Context
from registry.workflow.find import Found, release_label, request_label, row_id
from registry.workflow.gate import card_of
from registry.workflow.quorum import signoffs_on
from registry.workflow.release_rows import release_state
from registry.workflow.reports.card import card_facts, decided_of, in_force

Media = Literal["text/csv", "application/x-parquet", "application/octet-stream"]
_MEDIA: Final[dict[str, Media]] = {
    ".csv": "text/csv",
    ".csv.gz": "text/csv",
    ".parquet": "application/x-parquet",
}


def record_of(context: Context, session: Session, found: Found) -> Record:
    """Everything that an exchange file may say of one version."""
    version = found.version
    requests = session.exec(
        select(Request).where(Request.version_id == row_id(version)).order_by(col(Request.id))
    ).all()
    columns = json.loads(version.columns)
    return Record(
        card=card_of(found),
        columns=tuple(ColumnFacts(one["name"], one["kind"]) for one in columns),
        file=_file(found),
        state=version.state,
        card_digest=version.card_digest,
        registered_by=_pseudonym(session, version.registered_by),
        source=_source(found),
        evaluations=_evaluations(session, found),
        decision=_decision(context, session, found),
        signoffs=tuple(_signoff(session, *one) for one in _signed(session, requests)),
        releases=_releases(context, session, requests),
        outside=card_facts(context, session, found),
    )


def _file(found: Found) -> FileFacts:
    """The file under a name of its version: what it was called where it lay is not told."""
    suffixes = PurePath(found.version.path).suffixes
    ending = "".join(suffixes[-2:]) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])
    media = _MEDIA.get(ending)
    name = f"{found.dataset.name}-{found.version.number}"
    return FileFacts(f"{name}{ending if media else ''}", media or "application/octet-stream")


def _source(found: Found) -> SourceFacts:
    source = found.source
    return SourceFacts(
        name=source.name,
        state=source.state,
        added_at=source.added_at,
        training_content_digest=source.training_content_digest,
        holdout_content_digest=source.holdout_content_digest,
    )


def _evaluations(session: Session, found: Found) -> tuple[EvaluationFacts, ...]:
    rows = session.exec(
        select(Evaluation)
        .where(Evaluation.version_id == row_id(found.version))
        .order_by(col(Evaluation.id))
    )
    return tuple(
        EvaluationFacts(
            digest=row.digest,
            admissible=row.admissible,
            target=row.target,
            training_digest=row.training_digest,
            holdout_digest=row.holdout_digest,
            evaluated_by=_pseudonym(session, row.evaluated_by),
            evaluated_at=row.evaluated_at,
        )
        for row in rows
    )


def _decision(context: Context, session: Session, found: Found) -> DecisionFacts | None:
    """The decision that the card is about."""
    one = decided_of(session, found, in_force(context, session, found))
    if one is None:
        return None
    return DecisionFacts(one.digest, one.outcome, one.use, one.audience, one.jurisdiction, one.at)


def _signed(session: Session, requests: Sequence[Request]) -> list[tuple[Request, SignOff]]:
    return [(request, row) for request in requests for row in signoffs_on(session, request)]


def _signoff(session: Session, request: Request, row: SignOff) -> SignOffFacts:
    return SignOffFacts(
        request=request_label(request),
        signer=_pseudonym(session, row.account_id),
        role=row.role,
        meaning=row.meaning,
        signed_at=row.signed_at,
        retracted=row.retracted_at is not None,
    )


def _releases(
    context: Context, session: Session, requests: Sequence[Request]
) -> tuple[ReleaseFacts, ...]:
    by_id = {row_id(request): request for request in requests}
    rows = session.exec(
        select(Release).where(col(Release.request_id).in_(by_id)).order_by(col(Release.id))
    )
    return tuple(_release(context, session, row, by_id[row.request_id]) for row in rows)


def _release(context: Context, session: Session, row: Release, request: Request) -> ReleaseFacts:
    return ReleaseFacts(
        id=release_label(row),
        request=request_label(request),
        use=row.use,
        audience=request.audience,
        jurisdiction=request.jurisdiction,
        agreement=row.agreement,
        state=release_state(context, row),
        released_by=_pseudonym(session, row.released_by),
        released_at=row.released_at,
        expires_on=row.expires_on,
    )


def _pseudonym(session: Session, account_id: int) -> str:
    """By which the log knows an account; it stays when the name is erased."""
    return session.get_one(Account, account_id).pseudonym

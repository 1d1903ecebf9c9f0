"""Gathers what the certificate of one release says."""

import base64
import json

from sqlmodel import Session, col, select

from registry.errors import Conflict, IntegrityFailure, NotFound
from registry.log.short import short
from registry.policy.facts import Context as Wanted
from registry.records import DecisionRecord, Release, ReleaseState, Request
from registry.reports.facts import DecisionFacts
from registry.reports.outside_facts import (
    CertificateFacts,
    CheckpointFacts,
    EndedFacts,
    TermsFacts,
)
from registry.store import checkpoints
from registry.workflow.auditing.checkpoints import log_verifier, opened
from registry.workflow.context import Context
from registry.workflow.find import (
    account_name,
    release_label,
    release_labelled,
    row_id,
    version_labelled,
    version_of,
)
from registry.workflow.gate import card_of
from registry.workflow.reports.outside import (
    bands_of,
    disclosed_of,
    guarantee_of,
    withdrawn_because,
)
from registry.workflow.reports.signed import UNKNOWN, recorded, releases_of, signoffs_of


def release_about(session: Session, about: str) -> Release:
    """REL-4, or the only release in force of NAME@V.

    Raises `NotFound` where NAME@V has none, `Conflict` where it has several.
    """
    if "@" not in about:
        return release_labelled(session, about)
    found = version_labelled(session, about)
    rows = session.exec(
        select(Release)
        .join(Request, col(Request.id) == col(Release.request_id))
        .where(Request.version_id == row_id(found.version))
        .order_by(col(Release.id))
    ).all()
    current = [row for row in rows if row.state == ReleaseState.IN_FORCE] or list(rows)
    if not current:
        raise NotFound(f"{about} was never released", todo="see `registry releases list`")
    if len(current) > 1:
        names = ", ".join(map(release_label, current))
        raise Conflict(f"{about} was released several times: {names}", todo="name one of them")
    return current[0]


def certificate_facts(context: Context, session: Session, release: Release) -> CertificateFacts:
    """Everything that the certificate says."""
    request = session.get_one(Request, release.request_id)
    found = version_of(session, request)
    decided, waivers = _decided(session, request)
    disclosure = disclosed_of(session, found)
    card = card_of(found)
    (shown,) = [
        one for one in releases_of(context, session, [request]) if one.id == release_label(release)
    ]
    return CertificateFacts(
        dataset=found.dataset.name,
        version=found.version.number,
        title=card.title or found.dataset.name,
        rows=found.version.rows,
        columns=len(json.loads(found.version.columns)),
        file_digest=release.file_digest,
        content_digest=found.version.content_digest,
        release=shown,
        terms=TermsFacts(
            use=release.use,
            audience=request.audience,
            jurisdiction=request.jurisdiction,
            agreement=_agreement(release),
            expires_on=release.expires_on,
        ),
        ended=_ended(session, release),
        withdrawn=withdrawn_because(session, found),
        superseded_by=f"REL-{release.superseded_by}" if release.superseded_by else None,
        decision=decided.digest,
        decided_at=decided.at,
        policies=decided.policies,
        waivers=waivers,
        bands=bands_of(session, decided, disclosed=disclosure is not None),
        guarantee=guarantee_of(session, found),
        signoffs=signoffs_of(session, [request]),
        checkpoint=_checkpoint(context, session, release),
        disclosure=disclosure,
        local_mode=context.settings.mode == "local",
        printed_at=context.now(),
    )


def _agreement(release: Release) -> str | None:
    if release.agreement is None:
        return None
    digest = f" ({short(release.agreement_digest)})" if release.agreement_digest else ""
    return f"{release.agreement}{digest}"


def _decided(session: Session, request: Request) -> tuple[DecisionFacts, tuple[str, ...]]:
    """The decision that everybody signed, and the waivers that it rests on."""
    row = decision_signed(session, request)
    waivers = json.loads(row.body).get("waivers", [])
    return recorded(session, row, Wanted(row.use, row.audience, row.jurisdiction)), tuple(waivers)


def decision_signed(session: Session, request: Request) -> DecisionRecord:
    """The record of the decision that a request was signed on; raises `IntegrityFailure`."""
    row = session.exec(
        select(DecisionRecord)
        .where(DecisionRecord.request_id == row_id(request))
        .where(DecisionRecord.digest == request.decision_digest)
        .order_by(col(DecisionRecord.id).desc())
    ).first()
    if row is None or row.outcome != "allow":
        raise IntegrityFailure(
            f"the decision that R-{request.id} was released on is not recorded",
            expected=request.decision_digest,
            todo="run `registry audit verify` and find out who changed it",
        )
    return row


def _ended(session: Session, release: Release) -> EndedFacts | None:
    if release.revoked_at is None:
        return None
    by = account_name(session, release.revoked_by) or UNKNOWN
    return EndedFacts(release.revoked_reason or "no reason recorded", release.revoked_at, by)


def _checkpoint(context: Context, session: Session, release: Release) -> CheckpointFacts | None:
    """The log as it was signed last."""
    row = checkpoints.last(session)
    if row is None:
        return None
    said = opened(row, log_verifier(context))
    root = base64.b64encode(bytes(row.root)).decode()
    covers = release.event_seq <= row.size
    return CheckpointFacts(row.size, root, said.origin, row.at, covers)

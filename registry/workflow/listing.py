"""What there is: the rows that lists and single views print."""

import json

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.policy.expiry import expired
from registry.records import (
    Account,
    AccountRole,
    CardRevision,
    Dataset,
    DatasetVersion,
    Evaluation,
    Generator,
    Guarantee,
    Release,
    ReleaseState,
    Request,
    Source,
    SourceState,
    VersionState,
)
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.dp_audits.listing import sentences, standing
from registry.workflow.evidence import versions_on_holdout
from registry.workflow.find import (
    Found,
    account_name,
    release_label,
    request_label,
    row_id,
    source_named,
    version_labelled,
    version_of,
)
from registry.workflow.gate import effective_documents
from registry.workflow.queue import queue

Row = dict[str, object]


def accounts(context: Context) -> list[Row]:
    """Every account with its roles and its pseudonym in the log."""
    with reading(context.engine) as session:
        rows = session.exec(select(Account).order_by(col(Account.id))).all()
        return [
            {
                "name": account.name,
                "roles": sorted(
                    session.exec(
                        select(AccountRole.role).where(AccountRole.account_id == row_id(account))
                    )
                ),
                "pseudonym": account.pseudonym,
                "created_at": account.created_at,
                "state": "deactivated" if account.deactivated_at else "active",
            }
            for account in rows
        ]


def sources(context: Context) -> list[Row]:
    """Every source, by name."""
    with reading(context.engine) as session:
        rows = session.exec(select(Source).order_by(col(Source.name))).all()
        return [_source_row(session, row) for row in rows]


def source(context: Context, name: str) -> Row:
    """One source with its committed digests and columns."""
    with reading(context.engine) as session:
        row = source_named(session, name)
        return {
            **_source_row(session, row),
            "title": row.title,
            "training_content_digest": row.training_content_digest,
            "training_file_digest": row.training_file_digest,
            "holdout_content_digest": row.holdout_content_digest,
            "holdout_file_digest": row.holdout_file_digest,
            "versions_on_holdout": versions_on_holdout(session, row.holdout_content_digest),
            "columns": [column["name"] for column in json.loads(row.columns)],
        }


def _source_row(session: Session, row: Source) -> Row:
    return {
        "name": row.name,
        "state": row.state,
        "classification": row.classification,
        "modality": row.modality,
        "training_rows": row.training_rows,
        "holdout_rows": row.holdout_rows,
        "holdout_in_training": row.holdout_in_training,
        "training_twins": row.training_twins,
        "added_by": account_name(session, row.added_by),
        "confirmed_by": account_name(session, row.confirmed_by),
        "confirmed_at": row.confirmed_at,
    }


def versions(context: Context, limit: int | None = None, offset: int = 0) -> list[Row]:
    """Every version of every dataset, by name and number; or so many of them behind ``offset``."""
    with reading(context.engine) as session:
        rows = session.exec(
            select(DatasetVersion, Dataset, Source)
            .where(DatasetVersion.dataset_id == Dataset.id)
            .where(Dataset.source_id == Source.id)
            .order_by(col(Dataset.name), col(DatasetVersion.number))
            .limit(limit)
            .offset(offset)
        ).all()
        return [
            _version_row(session, Found(dataset, version, source))
            for version, dataset, source in rows
        ]


def version(context: Context, label: str) -> Row:
    """One version with its digests, its card and its evaluations."""
    with reading(context.engine) as session:
        found = version_labelled(session, label)
        evaluations = session.exec(
            select(Evaluation)
            .where(Evaluation.version_id == row_id(found.version))
            .order_by(col(Evaluation.id))
        )
        return {
            **_version_row(session, found),
            "file": str(context.file_of(found.version)),
            "storage": found.version.storage,
            "file_digest": found.version.file_digest,
            "content_digest": found.version.content_digest,
            "card_digest": found.version.card_digest,
            "evaluations": [
                f"{one.digest} ({'admissible' if one.admissible else 'exploratory'})"
                for one in evaluations
            ],
            "amendments": _amendments(session, found),
            "epsilon_claim": standing(session, found),
            "dp_audits": sentences(session, found),
        }


def _amendments(session: Session, found: Found) -> list[str]:
    """Each amendment of the card: when, by whom, and why."""
    rows = session.exec(
        select(CardRevision)
        .where(CardRevision.version_id == row_id(found.version))
        .where(CardRevision.number > 1)
        .order_by(col(CardRevision.number))
    )
    return [
        f"revision {row.number} at {row.amended_at} by {account_name(session, row.amended_by)}: "
        f"{row.reason}"
        for row in rows
    ]


def version_state(found: Found) -> str:
    """How far a version has come; withdrawn as soon as its source is."""
    gone = found.source.state == SourceState.WITHDRAWN
    return VersionState.WITHDRAWN if gone else found.version.state


def _version_row(session: Session, found: Found) -> Row:
    key = row_id(found.version)
    generator = session.exec(select(Generator).where(Generator.version_id == key)).one()
    guarantee = session.exec(select(Guarantee).where(Guarantee.version_id == key)).first()
    return {
        "version": found.label,
        "state": version_state(found),
        "source": found.source.name,
        "generator": f"{generator.name} {generator.version}",
        "epsilon": guarantee.epsilon if guarantee else None,
        "rows": found.version.rows,
        "registered_by": account_name(session, found.version.registered_by),
        "registered_at": found.version.registered_at,
    }


def requests(context: Context, *, every: bool = False) -> list[Row]:
    """Requests that wait for sign-off or release; ``every`` one, closed ones too."""
    return queue(context, every=every)


def releases(context: Context) -> list[Row]:
    """Every release with its state now."""
    with reading(context.engine) as session:
        rows = session.exec(select(Release).order_by(col(Release.id))).all()
        return [_release_row(context, session, row) for row in rows]


def release_state(context: Context, release: Release) -> str:
    """In force, revoked, superseded, or expired: the day ends a release, not a stored word."""
    if release.state == ReleaseState.IN_FORCE and expired(release.expires_on, context.clock()):
        return "expired"
    return release.state


def _release_row(context: Context, session: Session, row: Release) -> Row:
    request = session.get_one(Request, row.request_id)
    found = version_of(session, request)
    return {
        "release": release_label(row),
        "version": found.label,
        "source": found.source.name,
        "request": request_label(request),
        "recipient": row.recipient,
        "use": row.use,
        "audience": request.audience,
        "agreement": row.agreement,
        "state": release_state(context, row),
        "expires_on": row.expires_on,
        "released_by": account_name(session, row.released_by),
        "released_at": row.released_at,
        "revoked_reason": row.revoked_reason,
        "superseded_by": f"REL-{row.superseded_by}" if row.superseded_by else None,
        "file_digest": row.file_digest,
    }


def policies(context: Context) -> list[Row]:
    """The policies in effect."""
    with reading(context.engine) as session:
        return [
            {
                "policy": row.policy_id,
                "version": row.version,
                "digest": row.digest,
                "file": row.file_name,
                "published_by": account_name(session, row.published_by),
                "published_at": row.published_at,
            }
            for row in effective_documents(session)
        ]


def policy_text(context: Context, policy: str) -> str:
    """The text of the policy in effect under that id."""
    with reading(context.engine) as session:
        found = {row.policy_id: bytes(row.body) for row in effective_documents(session)}
    if policy not in found:
        raise NotFound(
            f"no policy {policy!r} is in effect", expected=" or ".join(found) or "none is published"
        )
    return found[policy].decode()

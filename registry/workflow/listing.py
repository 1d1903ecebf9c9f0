"""What there is: the rows that lists and single views print."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.records import (
    Account,
    CardRevision,
    Dataset,
    DatasetVersion,
    Evaluation,
    Generator,
    Guarantee,
    Release,
    Source,
    SourceState,
    VersionState,
)
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, part
from registry.workflow.context import Context
from registry.workflow.dp_audits.listing import sentences, standing
from registry.workflow.evidence import versions_on_holdout
from registry.workflow.find import (
    Found,
    account_name,
    names_of,
    row_id,
    source_named,
    version_labelled,
)
from registry.workflow.gate import effective_documents
from registry.workflow.queue import queue
from registry.workflow.release_rows import RELEASES, release_rows

Row = dict[str, object]


def sources(context: Context) -> list[Row]:
    """Every source, by name."""
    with reading(context.engine) as session:
        rows = session.exec(select(Source).order_by(col(Source.name))).all()
        return [row for _, row in _source_rows(session, rows)]


def sources_part(context: Context, place: Place = FIRST) -> Part:
    """A part of the same."""
    with reading(context.engine) as session:
        order = Order((col(Source.name), col(Source.id)))
        return part(
            session,
            select(Source),
            order,
            place,
            lambda rows: _source_rows(session, [one.Source for one in rows]),
        )


def _source_rows(session: Session, found: Sequence[Source]) -> list[Numbered]:
    names = names_of(session, [key for one in found for key in (one.added_by, one.confirmed_by)])
    return [(row_id(one), _source_row(one, names)) for one in found]


def source(context: Context, name: str) -> Row:
    """One source with its committed digests and columns."""
    with reading(context.engine) as session:
        row = source_named(session, name)
        return {
            **_source_rows(session, [row])[0][1],
            "title": row.title,
            "training_content_digest": row.training_content_digest,
            "training_file_digest": row.training_file_digest,
            "holdout_content_digest": row.holdout_content_digest,
            "holdout_file_digest": row.holdout_file_digest,
            "versions_on_holdout": versions_on_holdout(session, row.holdout_content_digest),
            "columns": [column["name"] for column in json.loads(row.columns)],
        }


def _source_row(row: Source, names: Mapping[int | None, str | None]) -> Row:
    return {
        "name": row.name,
        "state": row.state,
        "classification": row.classification,
        "modality": row.modality,
        "training_rows": row.training_rows,
        "holdout_rows": row.holdout_rows,
        "holdout_in_training": row.holdout_in_training,
        "training_twins": row.training_twins,
        "added_by": names[row.added_by],
        "confirmed_by": names[row.confirmed_by],
        "confirmed_at": row.confirmed_at,
    }


def versions(context: Context, limit: int | None = None, offset: int = 0) -> list[Row]:
    """Every version of every dataset, by name and number; or so many of them behind ``offset``."""
    with reading(context.engine) as session:
        rows = session.execute(
            _VERSIONS.order_by(col(Dataset.name), col(DatasetVersion.number))
            .limit(limit)
            .offset(offset)
        ).all()
        return [_version_row(one) for one in rows]


def version(context: Context, label: str) -> Row:
    """One version with its digests, its card and its evaluations."""
    with reading(context.engine) as session:
        found = version_labelled(session, label)
        key = row_id(found.version)
        evaluations = session.exec(
            select(Evaluation).where(Evaluation.version_id == key).order_by(col(Evaluation.id))
        )
        return {
            **_version_row(session.execute(_VERSIONS.where(DatasetVersion.id == key)).one()),
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


_VERSIONS: Any = (
    select(  # type: ignore[call-overload]
        col(DatasetVersion.number),
        col(DatasetVersion.state),
        col(DatasetVersion.rows),
        col(DatasetVersion.registered_at),
        col(Dataset.name).label("dataset"),
        col(Source.name).label("source"),
        col(Source.state).label("source_state"),
        col(Generator.name).label("generator"),
        col(Generator.version).label("generator_version"),
        col(Guarantee.epsilon),
        col(Account.name).label("registered_by"),
    )
    .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
    .join(Source, col(Source.id) == col(Dataset.source_id))
    .join(Generator, col(Generator.version_id) == col(DatasetVersion.id))
    .join(Account, col(Account.id) == col(DatasetVersion.registered_by))
    .outerjoin(Guarantee, col(Guarantee.version_id) == col(DatasetVersion.id))
)


def _version_row(found: Any) -> Row:
    gone = found.source_state == SourceState.WITHDRAWN
    return {
        "version": f"{found.dataset}@{found.number}",
        "state": VersionState.WITHDRAWN if gone else found.state,
        "source": found.source,
        "generator": f"{found.generator} {found.generator_version}",
        "epsilon": found.epsilon,
        "rows": found.rows,
        "registered_by": found.registered_by,
        "registered_at": found.registered_at,
    }


def requests(context: Context, *, every: bool = False) -> list[Row]:
    """Requests that wait for sign-off or release; ``every`` one, closed ones too."""
    return queue(context, every=every)


def releases(context: Context) -> list[Row]:
    """Every release with its state now."""
    with reading(context.engine) as session:
        rows = session.execute(RELEASES.order_by(col(Release.id))).all()
        return [row for _, row in release_rows(context, session, rows)]


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

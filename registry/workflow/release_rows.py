"""Releases as they are listed: read with what their rows name, however many there are."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from registry.policy.expiry import expired
from registry.records import Dataset, DatasetVersion, Release, ReleaseState, Request, Source
from registry.workflow.browse.parts import Numbered, Row
from registry.workflow.context import Context
from registry.workflow.find import names_of, release_label, row_id

RELEASES: Any = (
    select(  # type: ignore[call-overload]
        Release,
        col(Request.audience),
        col(Dataset.name).label("dataset"),
        col(DatasetVersion.number),
        col(Source.name).label("source"),
    )
    .join(Request, col(Request.id) == col(Release.request_id))
    .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
    .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
    .join(Source, col(Source.id) == col(Dataset.source_id))
)
"""Releases with what their rows name, for `release_rows`."""


def release_rows(context: Context, session: Session, rows: Sequence[Any]) -> list[Numbered]:
    """Rows of `RELEASES` as they are listed."""
    names = names_of(session, (one.Release.released_by for one in rows))
    return [
        (row_id(one.Release), _release_row(context, one, names[one.Release.released_by]))
        for one in rows
    ]


def _release_row(context: Context, found: Any, released_by: str | None) -> Row:
    row = found.Release
    return {
        "release": release_label(row),
        "version": f"{found.dataset}@{found.number}",
        "source": found.source,
        "request": f"R-{row.request_id}",
        "recipient": row.recipient,
        "use": row.use,
        "audience": found.audience,
        "agreement": row.agreement,
        "state": release_state(context, row),
        "expires_on": row.expires_on,
        "released_by": released_by,
        "released_at": row.released_at,
        "revoked_reason": row.revoked_reason,
        "superseded_by": f"REL-{row.superseded_by}" if row.superseded_by else None,
        "file_digest": row.file_digest,
    }


def release_state(context: Context, release: Release) -> str:
    """In force, revoked, superseded, or expired: the day ends a release, not a stored word."""
    if release.state == ReleaseState.IN_FORCE and expired(release.expires_on, context.clock()):
        return "expired"
    return release.state

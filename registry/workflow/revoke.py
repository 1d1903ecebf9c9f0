"""Ends a release before its day."""

from sqlmodel import col, update

from registry.errors import Conflict, InvalidInput
from registry.records import Release, ReleaseState, Request
from registry.workflow.attempt import attempt
from registry.workflow.context import Context
from registry.workflow.find import (
    release_label,
    release_labelled,
    request_label,
    row_id,
    version_of,
)
from registry.workflow.once import once
from registry.workflow.permissions import require


@once("revoke")
def revoke(context: Context, label: str, reason: str) -> Release:
    """Revoke REL-4; raises `Conflict` if it is not in force."""
    if not reason.strip():
        raise InvalidInput("to revoke needs a reason", todo="say why with --reason TEXT")
    with attempt(context, "revoke") as work:
        identity = require(context, "revoke")
        release = release_labelled(work.session, label)
        request = work.session.get_one(Request, release.request_id)
        event = work.record(
            "revoke",
            "release.revoked",
            dataset=version_of(work.session, request).label,
            request=request_label(request),
            details={"release": release_label(release), "reason": reason},
        )
        changed = work.session.exec(
            update(Release)
            .where(col(Release.id) == row_id(release))
            .where(col(Release.state) == ReleaseState.IN_FORCE)
            .values(
                state=ReleaseState.REVOKED,
                revoked_by=identity.account_id,
                revoked_at=event.at,
                revoked_reason=reason,
            )
        )
        if changed.rowcount != 1:
            raise Conflict(f"{release_label(release)} is {release.state} already")
        work.session.refresh(release)
        return release

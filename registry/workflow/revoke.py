"""Ends a release before its day, and recalls what was released."""

from sqlmodel import col, update

from registry.errors import Conflict, InvalidInput
from registry.records import Recall, Release, ReleaseState, Request
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import (
    release_label,
    release_labelled,
    request_label,
    row_id,
    version_of,
)
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.recalls.deliver import Delivered, Post, deliver
from registry.workflow.recalls.issue import Why, issue
from registry.workflow.recalls.post import post

REVOCABLE = (ReleaseState.IN_FORCE, ReleaseState.SUPERSEDED)
"""Superseded data is still with its recipient."""


def revoke(context: Context, label: str, reason: str, send: Post = post) -> Delivered:
    """Revoke REL-4 and send the recall; raises `Conflict` if it is over already.

    The revocation stands whatever becomes of the notice, which is sent after it is committed.
    """
    return deliver(context, _revoke(context, label, reason), send, again=False)


@once("revoke")
def _revoke(context: Context, label: str, reason: str) -> int:
    """The number of the recall."""
    if not reason.strip():
        raise InvalidInput("to revoke needs a reason", todo="say why with --reason TEXT")
    with attempt(context, "revoke", release=label.upper()) as work:
        identity = require(context, "revoke")
        release = release_labelled(work.session, label)
        return row_id(revoke_within(work, identity, release, Why("revoke", reason)))


def revoke_within(work: Work, identity: Identity, release: Release, why: Why) -> Recall:
    """Revoke ``release`` and issue its recall in a transaction of the caller's."""
    request = work.session.get_one(Request, release.request_id)
    event = work.record(
        why.action,
        "release.revoked",
        dataset=version_of(work.session, request).label,
        request=request_label(request),
        details={"release": release_label(release), "reason": why.reason},
    )
    changed = work.session.exec(
        update(Release)
        .where(col(Release.id) == row_id(release))
        .where(col(Release.state).in_(REVOCABLE))
        .values(
            state=ReleaseState.REVOKED,
            revoked_by=identity.account_id,
            revoked_at=event.at,
            revoked_reason=why.reason,
        )
    )
    if changed.rowcount != 1:
        raise Conflict(f"{release_label(release)} is {release.state} already")
    work.session.refresh(release)
    return issue(work, identity, release, why)

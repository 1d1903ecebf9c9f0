"""Withdraws one synthetic version: its open requests are void, its releases recalled."""

from sqlmodel import col, update

from registry.errors import Conflict
from registry.records import DatasetVersion, VersionState, Withdrawal
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.find import Found, request_label, row_id, version_labelled
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.recalls.deliver import Post
from registry.workflow.recalls.issue import Why
from registry.workflow.recalls.post import post
from registry.workflow.stopping import (
    Progress,
    Stopped,
    Withdrawn,
    delivered,
    descendants,
    require_reason,
    stop,
    told,
)

ACTION = "withdraw-version"
BASIS = "version"


def withdraw_version(
    context: Context,
    label: str,
    reason: str,
    send: Post = post,
    progress: Progress = lambda now, done, total: None,
) -> Withdrawn:
    """Withdraw NAME@V for good, all in one transaction but the delivery of its recalls."""
    found = _withdraw(context, label, reason)
    sent = delivered(context, found.recalls, send, progress)
    return Withdrawn(label, found.versions, found.requests, sent)


@once(ACTION)
def _withdraw(context: Context, label: str, reason: str) -> Stopped:
    require_reason(reason)
    with attempt(context, ACTION, dataset=label) as work:
        identity = require(context, ACTION)
        found = version_labelled(work.session, label)
        version_id = row_id(found.version)
        below = descendants(context, work.session, [version_id])
        _mark(work, found)
        event = work.record(
            ACTION,
            "dataset.withdrawn",
            dataset=label,
            details={"reason": reason, **told(below, [label])},
        )
        work.session.add(
            Withdrawal(
                version_id=version_id,
                basis=BASIS,
                reason=reason,
                withdrawn_by=identity.account_id,
                withdrawn_at=event.at,
                event_seq=event.seq,
            )
        )
        recalls = stop(work, identity, below, Why(ACTION, f"{label} was withdrawn: {reason}"))
        requests = tuple(request_label(one) for one in below.requests)
        return Stopped((label,), requests, recalls)


def _mark(work: Work, found: Found) -> None:
    changed = work.session.exec(
        update(DatasetVersion)
        .where(col(DatasetVersion.id) == row_id(found.version))
        .where(col(DatasetVersion.state) != VersionState.WITHDRAWN)
        .values(state=VersionState.WITHDRAWN)
    )
    if changed.rowcount != 1:
        raise Conflict(f"{found.label} is withdrawn already")

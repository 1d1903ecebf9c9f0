"""Sends the notice of a release again, or issues one where a revocation left none."""

from dataclasses import dataclass

from registry.errors import Conflict
from registry.records import Recall, ReleaseState
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context
from registry.workflow.find import release_label, release_labelled, row_id
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.recalls.deliver import Delivered, Post, deliver
from registry.workflow.recalls.issue import Why, issue
from registry.workflow.recalls.newest import newest
from registry.workflow.recalls.post import post


@dataclass(frozen=True)
class _Due:
    """A recall that is to be sent again, and when it was sent last."""

    recall: int
    last: str | None


def resend(context: Context, label: str, send: Post = post) -> Delivered:
    """Deliver the newest notice on REL-4 once more, byte for byte.

    Raises `Conflict` for a release that nobody revoked, or a notice acknowledged already.
    """
    due = _due(context, label)
    with reading(context.engine) as session:
        last = session.get_one(Recall, due.recall).attempted_at
    # A repeat under a key finds that it was sent since, unless the first was cut off before.
    return deliver(context, due.recall, send, again=last == due.last)


@once("recall")
def _due(context: Context, label: str) -> _Due:
    with attempt(context, "recall", release=label.upper()) as work:
        identity = require(context, "recall")
        release = release_labelled(work.session, label)
        if release.state != ReleaseState.REVOKED:
            raise Conflict(
                f"{release_label(release)} is {release.state}, so there is nothing to recall",
                todo=f"end it with `registry revoke {release_label(release)} --reason TEXT`",
            )
        recall = newest(work.session, release)
        if recall is None:
            recall = issue(
                work, identity, release, Why("recall", release.revoked_reason or "revoked")
            )
        _require_outstanding(recall, label)
        return _Due(row_id(recall), recall.attempted_at)


def _require_outstanding(recall: Recall, label: str) -> None:
    if recall.acknowledged_at is not None:
        raise Conflict(f"the recall of {label.upper()} was acknowledged {recall.acknowledged_at}")

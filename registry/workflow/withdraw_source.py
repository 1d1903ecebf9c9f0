"""Withdraws a source: consent, legal basis or retention ended, and all that came of it stops."""

from sqlmodel import col, select, update

from registry.errors import Conflict
from registry.records import Dataset, Source, SourceState, Withdrawal
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.find import request_label, row_id, source_named
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
    require_basis,
    require_reason,
    stop,
    told,
    versions_under,
)

ACTION = "withdraw-source"


def withdraw_source(
    context: Context,
    name: str,
    reason: str,
    basis: str,
    send: Post = post,
    progress: Progress = lambda now, done, total: None,
) -> Withdrawn:
    """Withdraw ``name`` for good: its open requests are void, its releases revoked and recalled.

    All of it happens in one transaction; only the recalls are delivered after it.
    """
    found = _withdraw(context, name, reason, basis)
    sent = delivered(context, found.recalls, send, progress)
    return Withdrawn(name, found.versions, found.requests, sent)


@once(ACTION)
def _withdraw(context: Context, name: str, reason: str, basis: str) -> Stopped:
    require_reason(reason)
    require_basis(basis)
    with attempt(context, ACTION, source=name) as work:
        identity = require(context, ACTION)
        source = source_named(work.session, name)
        versions = _versions(work, source)
        found = descendants(context, work.session, list(versions))
        _mark(work, source)
        details = {"source": name, "basis": basis, "reason": reason}
        event = work.record(
            ACTION, "source.withdrawn", details={**details, **told(found, list(versions.values()))}
        )
        work.session.add(
            Withdrawal(
                source_id=row_id(source),
                basis=basis,
                reason=reason,
                withdrawn_by=identity.account_id,
                withdrawn_at=event.at,
                event_seq=event.seq,
            )
        )
        why = Why(ACTION, f"the source {name} was withdrawn ({basis}): {reason}")
        recalls = stop(work, identity, found, why)
        requests = tuple(request_label(one) for one in found.requests)
        return Stopped(tuple(versions.values()), requests, recalls)


def _versions(work: Work, source: Source) -> dict[int, str]:
    """The ids of all versions made from ``source``, with their labels."""
    names = dict(
        work.session.exec(
            select(Dataset.id, Dataset.name).where(Dataset.source_id == row_id(source))
        ).all()
    )
    rows = versions_under(work.session, [key for key in names if key is not None])
    return {row_id(row): f"{names[row.dataset_id]}@{row.number}" for row in rows}


def _mark(work: Work, source: Source) -> None:
    changed = work.session.exec(
        update(Source)
        .where(col(Source.id) == row_id(source))
        .where(col(Source.state) != SourceState.WITHDRAWN)
        .values(state=SourceState.WITHDRAWN)
    )
    if changed.rowcount != 1:
        raise Conflict(f"the source {source.name!r} is withdrawn already")

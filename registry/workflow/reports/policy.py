"""Gathers what the store knows of a policy: its published versions, its waivers, its releases."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.marked_yaml import suggestion
from registry.policy.comparing.changes import difference
from registry.policy.extension import resolved
from registry.policy.loader import Policy
from registry.records import DecisionRecord, PolicyDocument, Release, Request, WaiverRecord
from registry.reports.governance_record import GrantedFacts, PublishedFacts, RecordFacts
from registry.workflow.context import Context
from registry.workflow.find import account_name
from registry.workflow.gate import effective_documents, loaded
from registry.workflow.release_rows import release_state
from registry.workflow.reports.signed import UNKNOWN
from registry.workflow.waiver_listing import WAIVERS, Standings
from registry.workflow.waivers import waiver_label

Counts = tuple[Counter[str], Counter[str]]


def published_policy(context: Context, session: Session, label: str) -> tuple[Policy, RecordFacts]:
    """POLICY in effect, or POLICY@VERSION, with all that is recorded of it; raises `NotFound`."""
    documents = session.exec(select(PolicyDocument).order_by(col(PolicyDocument.id))).all()
    name, _, version = label.partition("@")
    own = [one for one in documents if one.policy_id == name]
    if not own:
        raise _no_policy(name, [one.policy_id for one in documents])
    wanted = version or own[-1].version
    whole = [as_published(one, documents) for one in own]
    found = next((one for one in whole if one.version == wanted), None)
    if found is None:
        raise NotFound(
            f"{name} {wanted} was never published",
            expected=" or ".join(one.version for one in own),
        )
    return found, _record(context, session, own, whole)


def as_published(document: PolicyDocument, documents: Sequence[PolicyDocument]) -> Policy:
    """A policy with its bases as they were when it was published."""
    shelf = [loaded(one) for one in documents if (one.id or 0) <= (document.id or 0)]
    return resolved([loaded(document)], shelf)[0]


def _no_policy(name: str, known: list[str]) -> NotFound:
    return NotFound(
        f"no policy {name!r} was published",
        expected=suggestion(name, sorted(set(known))) if known else "a policy that was published",
        todo="see `registry policies list`, or print a file with `registry policy doc`",
    )


def _record(
    context: Context, session: Session, own: list[PolicyDocument], whole: list[Policy]
) -> RecordFacts:
    decided, standing = _releases(context, session, own)
    changes = [None, *(difference(before, after) for before, after in pairwise(whole))]
    (current,) = [
        one.version for one in effective_documents(session) if one.policy_id == own[0].policy_id
    ]
    return RecordFacts(
        published=tuple(
            PublishedFacts(
                version=one.version,
                digest=one.digest,
                by=account_name(session, one.published_by) or UNKNOWN,
                at=one.published_at,
                decided=decided[one.digest],
                in_force=standing[one.digest],
                changes=changed,
            )
            for one, changed in zip(own, changes, strict=True)
        ),
        waivers=_waivers(context, session, own[0].policy_id),
        in_effect=current,
        printed_at=context.now(),
    )


def _releases(context: Context, session: Session, own: list[PolicyDocument]) -> Counts:
    """How many releases each version decided, as a policy or as a base of one, by its digest; and
    how many of them are in force.
    """
    digests = {one.digest for one in own}
    decided: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    rows = session.exec(
        select(Release, DecisionRecord.body)
        .join(Request, col(Request.id) == col(Release.request_id))
        .join(DecisionRecord, col(DecisionRecord.request_id) == col(Request.id))
        .where(DecisionRecord.digest == Request.decision_digest)
    )
    bodies = {row.id or 0: (row, body) for row, body in rows}
    for row, body in bodies.values():
        said = json.loads(body)
        under = {one["digest"] for one in (*said["policies"], *said.get("bases", ()))} & digests
        decided.update(under)
        if release_state(context, row) == "in-force":
            standing.update(under)
    return decided, standing


def _waivers(context: Context, session: Session, policy: str) -> tuple[GrantedFacts, ...]:
    rows = session.execute(
        WAIVERS.where(WaiverRecord.policy_id == policy).order_by(
            col(WaiverRecord.until), col(WaiverRecord.id)
        )
    ).all()
    standings = Standings(context, session)
    return tuple(_waiver(session, standings, one) for one in rows)


def _waiver(session: Session, standings: Standings, found: Any) -> GrantedFacts:
    row = found.WaiverRecord
    by = account_name(session, row.ended_by)
    return GrantedFacts(
        label=waiver_label(row),
        dataset=f"{found.dataset}@{found.number}",
        rule=row.rule,
        policy_version=row.policy_version,
        state=standings.state(found),
        until=row.until,
        reason=row.reason,
        control=row.control,
        owner=row.owner,
        approved_by=found.approver,
        role=row.role,
        approved_at=row.approved_at,
        ended=f"on {row.ended_at[:10]} by {by}: {row.ended_reason}" if row.ended_at else None,
    )

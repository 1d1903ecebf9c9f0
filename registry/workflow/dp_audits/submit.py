"""Takes the scores of a planned audit, once, and records what they show."""

import json
from pathlib import Path

from sqlmodel import col, update

from registry.errors import Conflict, InvalidInput
from registry.ledger.contradiction import ManyRuns, OneRun, Plan, verdict
from registry.records import DpAudit
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.dp_audits.design import plan_in
from registry.workflow.dp_audits.find import audit_label, audit_labelled
from registry.workflow.dp_audits.listing import audited
from registry.workflow.dp_audits.scores import HEADING, Scores, read_scores
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.permissions import require

ACTION = "submit-dp-audit"


@once(ACTION)
def submit_scores(context: Context, label: str, path: Path) -> DpAudit:
    """Record the verdict on AUD-1. The file stays where it is; the log holds its digest.

    Raises `InvalidInput` for scores that are not those that were planned, `Conflict` the second
    time. Nothing is recorded then.
    """
    scores = read_scores(path)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        row = audit_labelled(work.session, label)
        if row.submitted_at is not None:
            raise _again(row)
        plan = plan_in(work.session, row)
        _require_same(row, scores, path)
        _require_planned(plan, scores, path)
        _record(work, identity, row, plan, scores)
        work.session.refresh(row)
        return row


def _record(work: Work, identity: Identity, row: DpAudit, plan: Plan, scores: Scores) -> None:
    counts = plan.counts(scores.rows)
    bound = plan.bound(counts, row.delta)
    said = verdict(bound, row.epsilon)
    event = work.record(
        ACTION,
        "dp-audit.submitted",
        dataset=audited(work.session, row).label,
        details={
            "audit": audit_label(row),
            "plan": row.event_seq,
            "scores": scores.digest,
            "counts": list(counts),
            "bound": bound,
            "verdict": said,
        },
    )
    changed = work.session.exec(
        update(DpAudit)
        .where(col(DpAudit.id) == row_id(row))
        .where(col(DpAudit.submitted_at).is_(None))
        .values(
            scores_digest=scores.digest,
            counts=json.dumps(list(counts)),
            bound=bound,
            verdict=said,
            submitted_by=identity.account_id,
            submitted_at=event.at,
        )
    )
    if changed.rowcount != 1:
        raise _again(row)


def _again(row: DpAudit) -> Conflict:
    return Conflict(
        f"{audit_label(row)} has its scores already",
        expected="one submission for each plan",
        todo="plan another audit; a second look at the same claim is one more test",
    )


def _require_same(row: DpAudit, scores: Scores, path: Path) -> None:
    if scores.dataset != row.content_digest:
        raise InvalidInput(
            f"the scores are of another dataset than {audit_label(row)} is",
            where=f"{path.name}:1",
            expected=f"{HEADING}{row.content_digest}",
        )


def _require_planned(plan: Plan, scores: Scores, path: Path) -> None:
    members = sum(one.member for one in scores.rows)
    others = len(scores.rows) - members
    if isinstance(plan, ManyRuns) and (members, others) != (plan.members, plan.non_members):
        raise InvalidInput(
            f"there are {members:,} members and {others:,} others",
            where=path.name,
            expected=f"as planned {plan.members:,} and {plan.non_members:,}",
        )
    if isinstance(plan, OneRun):
        _require_tossed(plan, members, others, path)


def _require_tossed(plan: OneRun, members: int, others: int, path: Path) -> None:
    if members + others != plan.records:
        raise InvalidInput(
            f"there are {members + others:,} records",
            where=path.name,
            expected=f"as planned {plan.records:,}",
        )
    if not plan.fair(members):
        raise InvalidInput(
            f"{members:,} of {plan.records:,} records are members, which no fair coin does",
            where=path.name,
            expected="each record put in or left out by the toss of a fair coin",
            todo="the bound holds for no other draw; audit by many runs, or draw again",
        )

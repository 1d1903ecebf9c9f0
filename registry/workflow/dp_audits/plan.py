"""Registers the plan of an audit, before any score is known: ``AUD-1``."""

from sqlmodel import select

from registry.ledger.contradiction import Plan
from registry.ledger.meaning import Cost
from registry.records import DpAudit, Generator
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.dp_audits.design import Asked, design, design_text, plan_of
from registry.workflow.dp_audits.find import require_claim
from registry.workflow.find import Found, row_id, version_labelled
from registry.workflow.in_use import require_in_use
from registry.workflow.permissions import require

ACTION = "plan-dp-audit"


def plan_audit(context: Context, label: str, asked: Asked) -> DpAudit:
    """Fix in the log what is to be audited and how: claim, sizes, thresholds, alpha.

    Raises `InvalidInput` for a plan that cannot be carried out or a version that claims nothing.
    """
    plan = plan_of(asked)
    with attempt(context, ACTION, dataset=label) as work:
        identity = require(context, ACTION)
        found = version_labelled(work.session, label)
        require_in_use(found)
        return _insert(work, identity, found, require_claim(found), asked, plan)


def _insert(
    work: Work, identity: Identity, found: Found, claim: Cost, asked: Asked, plan: Plan
) -> DpAudit:
    made_by = work.session.exec(
        select(Generator).where(Generator.version_id == row_id(found.version))
    ).one()
    generator, content = f"{made_by.name} {made_by.version}", found.version.content_digest
    event = work.record(
        ACTION,
        "dp-audit.planned",
        dataset=found.label,
        details={
            "content": content,
            "generator": generator,
            "epsilon": claim.epsilon,
            "delta": claim.delta,
            "method": asked.method,
            "design": design(plan),
            "alpha": asked.alpha,
            "note": asked.note,
        },
    )
    row = DpAudit(
        version_id=row_id(found.version),
        content_digest=content,
        generator=generator,
        epsilon=claim.epsilon,
        delta=claim.delta,
        method=asked.method,
        design=design_text(plan),
        alpha=asked.alpha,
        note=asked.note,
        planned_by=identity.account_id,
        planned_at=event.at,
        event_seq=event.seq,
    )
    work.session.add(row)
    work.session.flush()
    return row

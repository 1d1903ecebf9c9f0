"""Registers the plan of an audit, before any score is known: ``AUD-1``."""

from sqlmodel import select

from registry.ledger.contradiction import Plan
from registry.ledger.meaning import Cost
from registry.log.canonical import canonical
from registry.records import DpAudit, Generator
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.dp_audits.design import Asked, design, plan_of
from registry.workflow.dp_audits.find import guarantee_of, require_claim
from registry.workflow.dp_audits.worlds import claimed_of, require_worlds
from registry.workflow.find import Found, row_id, version_labelled
from registry.workflow.in_use import require_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require

ACTION = "plan-dp-audit"


@once(ACTION)
def plan_audit(context: Context, label: str, asked: Asked) -> DpAudit:
    """Fix in the log what is to be audited and how: the claim, sizes, thresholds, alpha.

    Raises `InvalidInput` for a plan that cannot be carried out or a version that claims nothing.
    """
    plan = plan_of(asked)
    with attempt(context, ACTION, dataset=label) as work:
        identity = require(context, ACTION)
        found = version_labelled(work.session, label)
        require_in_use(found)
        claim = require_claim(found)
        return _insert(work, identity, found, claim, asked, _designed(plan, found))


def _designed(plan: Plan, found: Found) -> dict[str, object]:
    """The plan's numbers with the worlds that its scores are to come from."""
    guarantee = guarantee_of(found.version)
    if guarantee is None:
        return design(plan)
    require_worlds(plan, guarantee)
    return {**design(plan), **claimed_of(guarantee)}


def _insert(
    work: Work,
    identity: Identity,
    found: Found,
    claim: Cost,
    asked: Asked,
    designed: dict[str, object],
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
            "design": designed,
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
        design=canonical(designed).decode(),
        alpha=asked.alpha,
        note=asked.note,
        planned_by=identity.account_id,
        planned_at=event.at,
        event_seq=event.seq,
    )
    work.session.add(row)
    work.session.flush()
    return row

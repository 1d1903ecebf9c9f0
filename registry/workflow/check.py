"""Decides without asking anybody, and records that it was asked."""

from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.store.database import reading, writing
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context, Work
from registry.workflow.decisions import OUTCOMES, described, keep
from registry.workflow.find import version_labelled
from registry.workflow.gate import decide_now


def check(context: Context, label: str, wanted: Wanted) -> Decision:
    """The decision on NAME@V in the context ``wanted`` as things are now."""
    with refusals_logged(context, "check", dataset=label), reading(context.engine) as session:
        found = version_labelled(session, label)
        decision = decide_now(context, session, found, wanted)
    with writing(context.engine) as session:
        work = Work(context, session)
        keep(work, found, wanted, decision)
        work.record(
            "check",
            "decision.made",
            outcome=OUTCOMES[decision.outcome],
            dataset=label,
            details=described(wanted, decision),
        )
    return decision

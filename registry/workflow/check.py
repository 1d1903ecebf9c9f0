"""Decides without asking anybody, and records that it was asked."""

from pathlib import Path

from sqlmodel import Session

from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.store.database import reading, writing
from registry.workflow.attempt import refusals_logged
from registry.workflow.checked import Checked
from registry.workflow.context import Context, Work
from registry.workflow.decisions import OUTCOMES, chosen, described, keep
from registry.workflow.find import version_labelled
from registry.workflow.gate import decide_now, effective_policies
from registry.workflow.in_use import require_in_use
from registry.workflow.permissions import require_scope
from registry.workflow.policy_places import places
from registry.workflow.waivers import waiver_labelled


def check(context: Context, label: str, wanted: Wanted) -> Decision:
    """The decision on NAME@V in the context ``wanted`` as things are now."""
    return checked(context, label, wanted).decision


def checked(context: Context, label: str, wanted: Wanted, folder: Path | None = None) -> Checked:
    """The decision with what it rests on; ``folder`` is where the policies' files may lie."""
    files = places(folder) if folder else {}
    with refusals_logged(context, "check", dataset=label), reading(context.engine) as session:
        require_scope(context, "check")
        found = version_labelled(session, label)
        require_in_use(found)
        policies = effective_policies(session)
        decision = decide_now(context, session, found, wanted, policies)
        excuses = _excuses(session, decision)
    with writing(context.engine) as session:
        work = Work(context, session)
        keep(work, found, wanted, decision)
        work.record(
            "check",
            "decision.made",
            outcome=OUTCOMES[decision.outcome],
            dataset=label,
            details={**described(wanted, decision), **chosen(wanted)},
        )
    return Checked(label, wanted, decision, tuple(policies), files, excuses)


def _excuses(session: Session, decision: Decision) -> dict[str, str]:
    rows = {name: waiver_labelled(session, name) for name in decision.waivers}
    return {
        name: f"waived by {name} until {row.until}: {row.reason} ({row.control})"
        for name, row in rows.items()
    }

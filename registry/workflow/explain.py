"""Explains a decision, and finds what would be allowed nearby. Nothing is recorded."""

from dataclasses import dataclass, replace

from sqlmodel import Session

from registry.policy.answers.alternatives import Alternative, alternatives
from registry.policy.answers.counterfactual import Excuse, Remedy, excuse, remedy
from registry.policy.answers.inquiry import Inquiry
from registry.policy.answers.trace import Traced, trace
from registry.policy.decision import Decision
from registry.policy.facts import Context as Wanted
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.budgets.evidence import Budgets
from registry.workflow.context import Context
from registry.workflow.find import Found, version_labelled
from registry.workflow.gate import inquiry_now
from registry.workflow.in_use import require_in_use
from registry.workflow.requested import AUDIENCES


@dataclass(frozen=True)
class Explanation:
    """A decision with its trace; what is nearest and allowed is None where it is allowed itself."""

    decision: Decision
    policies: list[Traced]
    remedy: Remedy | None
    alternatives: list[Alternative] | None
    excuse: Excuse | None


def explain(context: Context, label: str, wanted: Wanted) -> Explanation:
    """Why NAME@V is decided as it is in the context ``wanted``, and what would be allowed."""
    with refusals_logged(context, "check", dataset=label), reading(context.engine) as session:
        found = version_labelled(session, label)
        require_in_use(found)
        inquiry = inquired(context, session, found, wanted)
    return explained(inquiry)


def inquired(context: Context, session: Session, found: Found, wanted: Wanted) -> Inquiry:
    """All that is decided on, with what each audience received of a budget."""
    inquiry = inquiry_now(context, session, found, wanted)
    budgets = Budgets(session, inquiry.now)
    spent = {
        one: budgets.evidence(inquiry.subject, replace(wanted, audience=one)) for one in AUDIENCES
    }
    return replace(inquiry, spent=spent)


def explained(inquiry: Inquiry) -> Explanation:
    """The same of any inquiry."""
    decision = inquiry.decided()
    traced = trace(inquiry, decision)
    if decision.outcome == "allow":
        return Explanation(decision, traced, None, None, None)
    return Explanation(
        decision,
        traced,
        remedy(inquiry, decision),
        alternatives(inquiry),
        excuse(inquiry, decision),
    )

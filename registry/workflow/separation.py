"""Separation of duties: nobody signs what they made, evaluated, put forward or set rules for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from registry.clock import moment, stamp
from registry.errors import NotPermitted
from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.policy.facts import Subject
from registry.policy.matching import matching
from registry.records import PolicyDocument, Request
from registry.workflow.context import Identity
from registry.workflow.find import Found, row_id
from registry.workflow.gate import subject_of
from registry.workflow.hands import Hands, hands_of


@dataclass(frozen=True)
class Case:
    """What would be signed, as far as it ties people to it."""

    label: str
    registered_at: str
    request: Request
    decision: Decision
    subject: Callable[[], Subject]


def require_separate(
    session: Session, identity: Identity, found: Found, request: Request, decision: Decision
) -> None:
    """Raise `NotPermitted`, naming the tie, if ``identity`` has a hand in what would be signed."""
    hands = hands_of(session, identity, [row_id(found.version)])
    case = Case(
        found.label,
        found.version.registered_at,
        request,
        decision,
        lambda: subject_of(session, found),
    )
    if refused := refusal(hands, case):
        raise refused


def refusal(hands: Hands, case: Case) -> NotPermitted | None:
    """Why a person may not sign; None if nothing ties them to it.

    Author, last editor, generator operator, evaluator, submitter and the approver of a waiver are
    excluded whatever a policy says. A policy author is excluded, where the policy asks for it, if
    the policy was published after the version was registered: rules may not be fitted to a case by
    somebody who then signs it.
    """
    fresh = "policy-author" in case.decision.separation
    return (
        _tied(
            hands.who, case.label, "can neither sign nor release it", _making(hands, case.request)
        )
        or _waived(hands, case.decision)
        or (_fresh_policy(hands, case) if fresh else None)
    )


def require_not_author(session: Session, identity: Identity, found: Found) -> None:
    """Raise `NotPermitted` if ``identity`` made, evaluated or ever put forward the version."""
    key = row_id(found.version)
    hands = hands_of(session, identity, [key])
    ties = {**hands.making(key), "put forward": key in hands.submitted}
    if refused := _tied(identity, found.label, "cannot waive a rule for it", ties):
        raise refused


def require_no_maker(session: Session, identity: Identity, found: Found, request: Request) -> None:
    """Raise `NotPermitted` if ``identity`` made, evaluated or submitted the version."""
    hands = hands_of(session, identity, [row_id(found.version)])
    ties = _making(hands, request)
    if refused := _tied(identity, found.label, "can neither sign nor release it", ties):
        raise refused


def require_author(session: Session, identity: Identity, found: Found, request: Request) -> None:
    """Raise `NotPermitted` unless ``identity`` registered, generated, amended or submitted it."""
    ties = _making(hands_of(session, identity, [row_id(found.version)]), request)
    if not any(holds for tie, holds in ties.items() if tie != "evaluated"):
        raise NotPermitted(
            f"{identity.name} is no author of {found.label}",
            expected="who registered, generated, amended or submitted it",
        )


def _making(hands: Hands, request: Request) -> dict[str, bool]:
    return {
        **hands.making(request.version_id),
        "put forward": request.submitted_by == hands.who.account_id,
    }


def _tied(
    identity: Identity, label: str, consequence: str, ties: Mapping[str, bool]
) -> NotPermitted | None:
    for tie, holds in ties.items():
        if holds:
            return NotPermitted(
                f"{identity.name} {tie} {label} and {consequence}",
                expected="somebody who had no part in making, evaluating or submitting it",
            )
    return None


def _fresh_policy(hands: Hands, case: Case) -> NotPermitted | None:
    """Nobody signs under rules of theirs that came after the data, or within the policies' window
    before the request; nor where their rules let go of what governed it.
    """
    fitted, decision = case.registered_at, case.decision
    since = min(fitted, _window(decision, case.request) or fitted)
    ids = {policy.id for policy in (*decision.policies, *decision.bases)}
    for fresh in hands.rules:
        if fresh.published_at < since:
            continue
        if fresh.policy_id in ids or _governed_before(hands, fresh, case):
            when = (
                f"after {case.label} was registered"
                if fresh.published_at >= fitted
                else f"within the {decision.author_window_days} days that its authors do not sign"
            )
            return NotPermitted(
                f"{hands.who.name} published {fresh.policy_id} {fresh.version} {when} "
                "and cannot sign under it",
                expected="somebody who did not write the rules for this case",
            )
    return None


def _governed_before(hands: Hands, fresh: PolicyDocument, case: Case) -> bool:
    """Whether the version of a policy before this one governed the request."""
    policy = hands.governed_before(fresh)
    request = case.request
    wanted = Wanted(request.use, request.audience, request.jurisdiction)
    return policy is not None and bool(matching([policy], case.subject(), wanted))


def _window(decision: Decision, request: Request) -> str | None:
    """The earliest publication that the policies' window still catches."""
    if decision.author_window_days is None:
        return None
    return stamp(moment(request.submitted_at) - timedelta(days=decision.author_window_days))


def _waived(hands: Hands, decision: Decision) -> NotPermitted | None:
    """Whoever excepted a rule does not also count among those who approve the result."""
    resting = {int(label.partition("-")[2]) for label in decision.waivers}
    for key in sorted(resting & hands.waived.keys()):
        return NotPermitted(
            f"{hands.who.name} waived {hands.waived[key]} for it (W-{key}) and cannot sign",
            expected="somebody who granted none of the waivers that the decision rests on",
        )
    return None

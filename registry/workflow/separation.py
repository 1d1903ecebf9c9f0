"""Separation of duties: nobody signs what they made, evaluated, put forward or set rules for."""

from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import Session, col, select

from registry.clock import moment, stamp
from registry.errors import NotPermitted
from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.policy.matching import matching
from registry.records import Evaluation, Generator, PolicyDocument, Request, WaiverRecord
from registry.workflow.context import Identity
from registry.workflow.find import Found, row_id
from registry.workflow.gate import loaded, subject_of
from registry.workflow.metrics import known_metrics


def require_separate(
    session: Session, identity: Identity, found: Found, request: Request, decision: Decision
) -> None:
    """Raise `NotPermitted`, naming the tie, if ``identity`` has a hand in what would be signed.

    Author and evaluator are excluded whatever a policy says. A policy author is excluded, where
    the policy asks for it, if the policy was published after the version was registered: rules
    may not be fitted to a case by somebody who then signs it.
    """
    require_no_maker(session, identity, found, request)
    _require_no_waiver(session, identity, decision)
    if "policy-author" in decision.separation:
        _require_no_fresh_policy(session, identity, found, request, decision)


def require_not_author(session: Session, identity: Identity, found: Found) -> None:
    """Raise `NotPermitted` if ``identity`` made, evaluated or ever put forward the version."""
    _require_no_tie(
        identity,
        found,
        "cannot waive a rule for it",
        {
            **_making(session, identity, found),
            "put forward": _submitted(session, identity, found),
        },
    )


def require_no_maker(session: Session, identity: Identity, found: Found, request: Request) -> None:
    """Raise `NotPermitted` if ``identity`` made, evaluated or submitted the version."""
    _require_no_tie(
        identity,
        found,
        "can neither sign nor release it",
        {
            **_making(session, identity, found),
            "put forward": request.submitted_by == identity.account_id,
        },
    )


def _making(session: Session, identity: Identity, found: Found) -> dict[str, bool]:
    return {
        "registered": found.version.registered_by == identity.account_id,
        "generated": _generated(session, identity, found),
        "evaluated": _evaluated(session, identity, found),
    }


def _require_no_tie(
    identity: Identity, found: Found, consequence: str, ties: Mapping[str, bool]
) -> None:
    for tie, holds in ties.items():
        if holds:
            raise NotPermitted(
                f"{identity.name} {tie} {found.label} and {consequence}",
                expected="somebody who had no part in making, evaluating or submitting it",
            )


def _submitted(session: Session, identity: Identity, found: Found) -> bool:
    query = (
        select(Request.id)
        .where(Request.version_id == row_id(found.version))
        .where(Request.submitted_by == identity.account_id)
    )
    return session.exec(query).first() is not None


def _generated(session: Session, identity: Identity, found: Found) -> bool:
    made_by = session.exec(
        select(Generator.made_by).where(Generator.version_id == row_id(found.version))
    ).first()
    return made_by == identity.name


def _evaluated(session: Session, identity: Identity, found: Found) -> bool:
    query = (
        select(Evaluation.id)
        .where(Evaluation.version_id == row_id(found.version))
        .where(Evaluation.evaluated_by == identity.account_id)
    )
    return session.exec(query).first() is not None


def _require_no_fresh_policy(
    session: Session, identity: Identity, found: Found, request: Request, decision: Decision
) -> None:
    """Nobody signs under rules of theirs that came after the data, or within the policies' window
    before the request; nor where their rules let go of what governed it.
    """
    fitted = found.version.registered_at
    since = min(fitted, _window(decision, request) or fitted)
    ids = {policy.id for policy in (*decision.policies, *decision.bases)}
    own = session.exec(
        select(PolicyDocument)
        .where(PolicyDocument.published_by == identity.account_id)
        .where(PolicyDocument.published_at >= since)
        .order_by(col(PolicyDocument.id).desc())
    )
    for fresh in own:
        if fresh.policy_id in ids or _governed_before(session, fresh, found, request):
            when = (
                f"after {found.label} was registered"
                if fresh.published_at >= fitted
                else f"within the {decision.author_window_days} days that its authors do not sign"
            )
            raise NotPermitted(
                f"{identity.name} published {fresh.policy_id} {fresh.version} {when} "
                "and cannot sign under it",
                expected="somebody who did not write the rules for this case",
            )


def _governed_before(
    session: Session, fresh: PolicyDocument, found: Found, request: Request
) -> bool:
    """Whether the version of a policy before this one governed the request."""
    before = session.exec(
        select(PolicyDocument)
        .where(PolicyDocument.policy_id == fresh.policy_id)
        .where(col(PolicyDocument.id) < row_id(fresh))
        .order_by(col(PolicyDocument.id).desc())
    ).first()
    if before is None:
        return False
    wanted = Wanted(request.use, request.audience, request.jurisdiction)
    policy = loaded(before, known_metrics())
    return bool(matching([policy], subject_of(session, found), wanted))


def _window(decision: Decision, request: Request) -> str | None:
    """The earliest publication that the policies' window still catches."""
    if decision.author_window_days is None:
        return None
    return stamp(moment(request.submitted_at) - timedelta(days=decision.author_window_days))


def _require_no_waiver(session: Session, identity: Identity, decision: Decision) -> None:
    """Whoever excepted a rule does not also count among those who approve the result."""
    waived = session.exec(
        select(WaiverRecord)
        .where(
            col(WaiverRecord.id).in_([int(label.partition("-")[2]) for label in decision.waivers])
        )
        .where(WaiverRecord.approved_by == identity.account_id)
    ).first()
    if waived:
        raise NotPermitted(
            f"{identity.name} waived {waived.rule} for it (W-{waived.id}) and cannot sign",
            expected="somebody who granted none of the waivers that the decision rests on",
        )

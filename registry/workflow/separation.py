"""Separation of duties: nobody signs what they made, evaluated, put forward or set rules for."""

from sqlmodel import Session, col, select

from registry.errors import NotPermitted
from registry.policy.engine import Decision
from registry.records import Evaluation, Generator, PolicyDocument, Request
from registry.workflow.context import Identity
from registry.workflow.find import Found, row_id


def require_separate(
    session: Session, identity: Identity, found: Found, request: Request, decision: Decision
) -> None:
    """Raise `NotPermitted`, naming the tie, if ``identity`` has a hand in what would be signed.

    Author and evaluator are excluded whatever a policy says. A policy author is excluded, where
    the policy asks for it, if the policy was published after the version was registered: rules
    may not be fitted to a case by somebody who then signs it.
    """
    require_no_maker(session, identity, found, request)
    if "policy-author" in decision.separation:
        _require_no_fresh_policy(session, identity, found, decision)


def require_no_maker(session: Session, identity: Identity, found: Found, request: Request) -> None:
    """Raise `NotPermitted` if ``identity`` made, evaluated or submitted the version."""
    for tie, holds in (
        ("registered", found.version.registered_by == identity.account_id),
        ("put forward", request.submitted_by == identity.account_id),
        ("generated", _generated(session, identity, found)),
        ("evaluated", _evaluated(session, identity, found)),
    ):
        if holds:
            raise NotPermitted(
                f"{identity.name} {tie} {found.label} and can neither sign nor release it",
                expected="somebody who had no part in making, evaluating or submitting it",
            )


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
    session: Session, identity: Identity, found: Found, decision: Decision
) -> None:
    fresh = session.exec(
        select(PolicyDocument)
        .where(col(PolicyDocument.digest).in_([policy.digest for policy in decision.policies]))
        .where(PolicyDocument.published_by == identity.account_id)
        .where(PolicyDocument.published_at >= found.version.registered_at)
    ).first()
    if fresh:
        raise NotPermitted(
            f"{identity.name} published {fresh.policy_id} {fresh.version} after {found.label} "
            "was registered and cannot sign under it",
            expected="somebody who did not write the rules for this case",
        )

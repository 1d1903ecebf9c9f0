"""Notices that what was decided at submission no longer comes out, and voids the request."""

from sqlmodel import Session, col, update

from registry.errors import Conflict, PolicyDenied, RegistryError
from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.records import Request, RequestState
from registry.workflow.budgets.ledger import labels_in
from registry.workflow.context import Context, Work
from registry.workflow.decisions import keep
from registry.workflow.find import Found, request_label, row_id
from registry.workflow.gate import inquiry_again


def decide_again(context: Context, session: Session, found: Found, request: Request) -> Decision:
    """The decision on ``request`` as things are now."""
    return inquiry_again(context, session, found, wanted_by(request)).decided()


def wanted_by(request: Request) -> Wanted:
    """The context a request is about."""
    return Wanted(
        request.use, request.audience, request.jurisdiction, labels_in(request.chosen_from)
    )


def void_if_changed(
    work: Work, action: str, found: Found, request: Request, decision: Decision
) -> RegistryError | None:
    """Void ``request`` if ``decision`` is not the one it was submitted with.

    Returns the `Conflict`, or for a budget the `PolicyDenied`, to raise once the voiding is
    committed; or None.
    """
    if decision.digest == request.decision_digest:
        return None
    label = request_label(request)
    over = _over(decision)
    reason = over or f"evidence, policy or card changed since {label} was submitted"
    close(work, request, RequestState.VOIDED, reason)
    keep(work, found, wanted_by(request), decision, request)
    work.record(
        action,
        "request.voided",
        outcome="denied" if over else "conflict",
        dataset=found.label,
        request=label,
        details={"reason": reason, "was": request.decision_digest, "is": decision.digest},
    )
    kind = PolicyDenied if over else Conflict
    return kind(
        f"{reason}: it is void, and nothing was signed or released",
        expected=f"decision {request.decision_digest}, now {decision.digest} ({decision.outcome})",
        todo=f"look at `registry check {found.label} ...`, then submit it again",
    )


def _over(decision: Decision) -> str | None:
    """The finding that a budget would be exceeded: no conflict of two people, but a denial."""
    found = (one for one in decision.findings if one.rule == "registry.budget")
    return next((one.message for one in found if one.verdict == "fail"), None)


def close(work: Work, request: Request, state: RequestState, reason: str) -> None:
    """Move an open request to a final ``state``; raises `Conflict` if it moved meanwhile."""
    move(
        work,
        request,
        state,
        closed_at=work.context.now(),
        closed_reason=reason,
    )


def move(work: Work, request: Request, state: RequestState, **values: object) -> None:
    """A conditional update: it happens only from the state that was read."""
    changed = work.session.exec(
        update(Request)
        .where(col(Request.id) == row_id(request))
        .where(col(Request.state) == request.state)
        .values(state=state, **values)
    )
    if changed.rowcount != 1:
        raise Conflict(f"{request_label(request)} changed meanwhile", todo="look at it again")
    work.session.refresh(request)

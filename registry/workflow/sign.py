"""Approve, reject or return a request: a named person's sign-off on exactly what was shown."""

from dataclasses import dataclass

from sqlmodel import select

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.policy.engine import Decision
from registry.records import Meaning, Request, RequestState, Role, SignOff
from registry.workflow.attempt import attempt
from registry.workflow.changed import close, decide_again, move, void_if_changed
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import (
    Found,
    request_label,
    request_labelled,
    row_id,
    subject,
    version_of,
)
from registry.workflow.once import once
from registry.workflow.permissions import ALLOWED, require
from registry.workflow.quorum import open_seats, seat_for
from registry.workflow.separation import require_separate
from registry.workflow.statement import Statement, write_statement

_FACTS = {
    Meaning.APPROVE: "request.signed",
    Meaning.REJECT: "request.rejected",
    Meaning.RETURN: "request.returned",
}


@dataclass(frozen=True)
class Signed:
    """What a sign-off came to: the request's new state and the seats still open."""

    request: str
    dataset: str
    state: str
    name: str
    role: str
    meaning: str
    statement_digest: str
    authentication: str
    still_needed: dict[str, int]


@once("sign")
def sign(
    context: Context,
    label: str,
    meaning: Meaning,
    *,
    reason: str | None = None,
    role: Role | None = None,
) -> Signed:
    """Sign R-17 (or NAME@V with one open request). A reason is required to reject or return.

    Raises `NotPermitted` for want of role or separation, `Conflict` if the request is not open,
    was signed by this person before, or no longer decides as it did.
    """
    if meaning is not Meaning.APPROVE and not (reason or "").strip():
        raise InvalidInput(f"to {meaning} needs a reason", todo="say why with --reason TEXT")
    with attempt(context, meaning, **subject(label)) as work:
        identity = require(context, meaning)
        request = request_labelled(work.session, label)
        found = version_of(work.session, request)
        _require_open(request)
        decision = decide_again(context, work.session, found, request)
        changed = void_if_changed(work, meaning, found, request, decision)
        if changed is None:
            signed = _sign(work, identity, found, request, decision, meaning, reason, role)
    if changed is not None:
        raise changed
    return signed


def _require_open(request: Request) -> None:
    if request.state != RequestState.SUBMITTED:
        raise Conflict(
            f"{request_label(request)} is {request.state}, not waiting for sign-offs",
            expected="a request in the state submitted",
        )


def _sign(
    work: Work,
    identity: Identity,
    found: Found,
    request: Request,
    decision: Decision,
    meaning: Meaning,
    reason: str | None,
    role: Role | None,
) -> Signed:
    _require_first(work, identity, request)
    require_separate(work.session, identity, found, request, decision)
    seat = _seat(work, identity, request, decision, meaning, role)
    statement = write_statement(work, identity, found, request, decision, meaning, seat, reason)
    _insert(work, identity, found, request, statement)
    if meaning is Meaning.APPROVE:
        needed = _approve_if_complete(work, found, request, decision)
    else:
        state = RequestState.REJECTED if meaning is Meaning.REJECT else RequestState.RETURNED
        close(work, request, state, reason or "")
        needed = {}
    return Signed(
        request=request_label(request),
        dataset=found.label,
        state=request.state,
        name=identity.name,
        role=seat,
        meaning=meaning,
        statement_digest=statement.digest,
        authentication=identity.authentication,
        still_needed=needed,
    )


def _require_first(work: Work, identity: Identity, request: Request) -> None:
    signed = work.session.exec(
        select(SignOff.meaning)
        .where(SignOff.request_id == row_id(request))
        .where(SignOff.account_id == identity.account_id)
    ).first()
    if signed:
        raise Conflict(f"{identity.name} signed {request_label(request)} already ({signed})")


def _seat(
    work: Work,
    identity: Identity,
    request: Request,
    decision: Decision,
    meaning: Meaning,
    role: Role | None,
) -> Role:
    """The role in which the person signs: the one asked for, else one the quorum still needs."""
    able = identity.roles & ALLOWED[meaning]
    if role is not None:
        if role not in able:
            raise NotPermitted(f"{identity.name} cannot {meaning} as {role}")
        return role
    seat = None
    if meaning is Meaning.APPROVE:
        seat = seat_for(able, open_seats(work.session, request, decision.quorum))
    return seat or sorted(able)[0]


def _insert(
    work: Work, identity: Identity, found: Found, request: Request, statement: Statement
) -> None:
    event = work.record(
        statement.meaning,
        _FACTS[statement.meaning],
        dataset=found.label,
        request=request_label(request),
        details={
            "role": statement.role,
            "meaning": statement.meaning,
            "statement": statement.digest,
            "decision": request.decision_digest,
        },
    )
    work.session.add(
        SignOff(
            request_id=row_id(request),
            account_id=identity.account_id,
            role=statement.role,
            meaning=statement.meaning,
            reason=statement.reason,
            statement=statement.body,
            statement_digest=statement.digest,
            authentication=identity.authentication,
            signed_at=statement.at,
            event_seq=event.seq,
        )
    )
    work.session.flush()


def _approve_if_complete(
    work: Work, found: Found, request: Request, decision: Decision
) -> dict[str, int]:
    needed = open_seats(work.session, request, decision.quorum)
    if not needed:
        event = work.record(
            "approve",
            "request.approved",
            dataset=found.label,
            request=request_label(request),
            details={"decision": decision.digest},
        )
        move(work, request, RequestState.APPROVED, approved_at=event.at)
    return needed

"""Answers an access request, refuses it, or takes one's own back. None of these permits anything:
data leaves by a request for release that policies allow and people sign.
"""

from sqlmodel import col, update

from registry.errors import Conflict, NotPermitted
from registry.records import AccessRequest, AccessState
from registry.workflow.access.ask import require_text
from registry.workflow.access.find import FACT_OF, Row, access_label, access_labelled, shown
from registry.workflow.attempt import attempt
from registry.workflow.commitment import commitment
from registry.workflow.context import Context, Work
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.permissions import require


@once("answer-access")
def answer_access(context: Context, label: str, answer: str, *, refuse: bool = False) -> Row:
    """Answer Q-3, or ``refuse`` it; raises `Conflict` if it was ended already.

    Raises `NotPermitted` for whoever asked: nobody answers themselves.
    """
    require_text("answer", answer)
    with attempt(context, "answer-access") as work:
        identity = require(context, "answer-access")
        row = access_labelled(work.session, label)
        if row.asked_by == identity.account_id:
            raise NotPermitted(
                f"{identity.name} asked for {access_label(row)} and cannot answer it",
                expected="another compliance officer",
            )
        state = AccessState.REFUSED if refuse else AccessState.ANSWERED
        return _end(work, "answer-access", row, state, answer)


@once("withdraw-access")
def withdraw_access(context: Context, label: str) -> Row:
    """Take Q-3 back, which only who asked may; raises `Conflict` if it was ended already."""
    with attempt(context, "withdraw-access") as work:
        identity = require(context, "withdraw-access")
        row = access_labelled(work.session, label)
        if row.asked_by != identity.account_id:
            raise NotPermitted(
                f"{identity.name} did not ask for {access_label(row)}", expected="who asked"
            )
        return _end(work, "withdraw-access", row, AccessState.WITHDRAWN, None)


def _end(
    work: Work, action: str, row: AccessRequest, state: AccessState, answer: str | None
) -> Row:
    identity = work.context.identity
    assert identity is not None
    label = access_label(row)
    event = work.record(
        action,
        FACT_OF[state],
        details={"access": label, "answer": commitment(row.salt, answer)},
    )
    changed = work.session.exec(
        update(AccessRequest)
        .where(col(AccessRequest.id) == row_id(row))
        .where(col(AccessRequest.state) == AccessState.ASKED)
        .values(state=state, answer=answer, ended_by=identity.account_id, ended_at=event.at)
    )
    if changed.rowcount != 1:
        raise Conflict(f"{label} is {row.state} already", expected="one that waits for an answer")
    work.session.refresh(row)
    return shown(work.session, row)

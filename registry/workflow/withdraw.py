"""Withdraws a request: its author no longer asks for the release."""

from dataclasses import dataclass

from registry.errors import Conflict, NotPermitted
from registry.records import OPEN_STATES, Request, RequestState
from registry.workflow.attempt import attempt
from registry.workflow.changed import close
from registry.workflow.context import Context
from registry.workflow.find import request_label, request_labelled, subject, version_of
from registry.workflow.once import once
from registry.workflow.permissions import require


@dataclass(frozen=True)
class Closed:
    """What a caller is told of a request that was closed, and why it was."""

    request: str
    state: str
    reason: str | None


def withdrawn(context: Context, label: str, reason: str | None = None) -> Closed:
    """Withdraw a request as `withdraw` does."""
    found = withdraw(context, label, reason)
    return Closed(request_label(found), found.state, found.closed_reason)


@once("withdraw")
def withdraw(context: Context, label: str, reason: str | None = None) -> Request:
    """Withdraw R-17; raises `NotPermitted` unless submitted by who asks, `Conflict` if closed."""
    with attempt(context, "withdraw", **subject(label)) as work:
        identity = require(context, "withdraw")
        request = request_labelled(work.session, label)
        name = request_label(request)
        if request.submitted_by != identity.account_id:
            raise NotPermitted(
                f"{identity.name} did not submit {name}", expected="who put it forward"
            )
        if request.state not in OPEN_STATES:
            raise Conflict(f"{name} is {request.state} already", expected="an open request")
        close(work, request, RequestState.WITHDRAWN, reason or "withdrawn by who submitted it")
        work.record(
            "withdraw",
            "request.withdrawn",
            dataset=version_of(work.session, request).label,
            request=name,
        )
        return request

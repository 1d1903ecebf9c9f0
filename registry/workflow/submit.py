"""Puts one version forward for release in one context: ``R-17``."""

import json
from dataclasses import dataclass

from sqlmodel import col, select

from registry.errors import Conflict
from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.records import OPEN_STATES, Request
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.decisions import OUTCOMES, body_digest, chosen, described, keep
from registry.workflow.find import Found, request_label, row_id, version_labelled
from registry.workflow.gate import decide_now, refusal
from registry.workflow.in_use import require_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.sign import require_signature


@dataclass(frozen=True)
class Submitted:
    """What a caller is told of a request: the seats it ``needs``, and what was decided."""

    request: str
    version: str
    state: str
    needs: dict[str, int]
    decision: str


def submitted(context: Context, label: str, wanted: Wanted) -> Submitted:
    """Open a request as `submit` does."""
    request, decision = submit(context, label, wanted)
    needs = dict(sorted(decision.quorum.items()))
    return Submitted(request_label(request), label, request.state, needs, decision.digest)


@once("submit")
def submit(context: Context, label: str, wanted: Wanted) -> tuple[Request, Decision]:
    """Open a request if the policies allow it; else raises `PolicyDenied` or `Undecided`."""
    with attempt(context, "submit", dataset=label) as work:
        identity = require(context, "submit")
        found = version_labelled(work.session, label)
        require_in_use(found)
        _require_none_open(work, found, wanted)
        decision = decide_now(context, work.session, found, wanted)
        refused = refusal(decision, label)
        if refused is None:
            require_signature(decision, work.context.settings.mode != "local")
        request = None if refused else _open(work, identity, found, wanted, decision)
        keep(work, found, wanted, decision, request)
        work.record(
            "submit",
            "request.submitted" if request else "attempt.refused",
            outcome=OUTCOMES[decision.outcome],
            dataset=label,
            request=request_label(request) if request else None,
            details={**described(wanted, decision), **_bound(work, request), **chosen(wanted)},
        )
    if request is None:
        raise refused or Conflict(f"{label} was not submitted")
    return request, decision


def _bound(work: Work, request: Request | None) -> dict[str, object]:
    """The whole decision as it is stored, bound to the log by its digest."""
    return {"body": body_digest(work.session, request)} if request else {}


def _open(
    work: Work, identity: Identity, found: Found, wanted: Wanted, decision: Decision
) -> Request:
    request = Request(
        version_id=row_id(found.version),
        use=wanted.use,
        audience=wanted.audience,
        jurisdiction=wanted.jurisdiction,
        decision_digest=decision.digest,
        submitted_by=identity.account_id,
        submitted_at=work.context.now(),
        chosen_from=json.dumps(sorted(wanted.chosen_from)) if wanted.chosen_from else None,
    )
    work.session.add(request)
    work.session.flush()
    return request


def _require_none_open(work: Work, found: Found, wanted: Wanted) -> None:
    same = work.session.exec(
        select(Request)
        .where(Request.version_id == row_id(found.version))
        .where(Request.use == wanted.use)
        .where(Request.audience == wanted.audience)
        .where(Request.jurisdiction == wanted.jurisdiction)
        .where(col(Request.state).in_(OPEN_STATES))
    ).first()
    if same:
        raise Conflict(
            f"{found.label} is put forward for this already, as {request_label(same)}",
            todo=f"see it with `registry review show {request_label(same)}`",
        )

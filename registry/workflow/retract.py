"""Takes back one's own signature before release; it stays readable, and counts no more."""

from sqlmodel import col, update

from registry.errors import Conflict, InvalidInput, NotFound
from registry.records import OPEN_STATES, Meaning, RequestState, Role, SignOff
from registry.workflow.changed import move
from registry.workflow.context import Context
from registry.workflow.find import request_label, row_id
from registry.workflow.quorum import signoffs_on
from registry.workflow.sign import Paper, Signed, insert, on_paper, result, still_needed
from registry.workflow.statement import Said, write_statement


def retract(context: Context, label: str, reason: str, meaning: Meaning | None = None) -> Signed:
    """Retract the signature that the acting person gave on R-17, in ``meaning`` if of several.

    An approved request whose quorum it breaks waits for sign-offs again. Raises `NotFound` where
    this person signed nothing, `Conflict` once the request is closed.
    """
    if not reason.strip():
        raise InvalidInput("to retract needs a reason", todo="say why with --reason TEXT")
    return on_paper(
        context,
        label,
        Meaning.RETRACT,
        OPEN_STATES,
        None,
        lambda paper: _retract(paper, _own(paper, meaning), reason),
    )


def _own(paper: Paper, meaning: Meaning | None) -> SignOff:
    label, name = request_label(paper.request), paper.signer.name
    found = [
        row
        for row in signoffs_on(paper.work.session, paper.request)
        if row.account_id == paper.signer.person.account_id
        and row.retracted_at is None
        and row.meaning != Meaning.RETRACT
        and meaning in (None, row.meaning)
    ]
    if not found:
        raise NotFound(
            f"{name} has no signature on {label} to take back",
            expected="a signature of one's own, not retracted yet",
            todo=f"see `registry review show {label}`",
        )
    if len(found) > 1:
        held = " or ".join(row.meaning for row in found)
        raise InvalidInput(f"{name} signed {label} more than once", expected=f"--meaning {held}")
    return found[0]


def _retract(paper: Paper, row: SignOff, reason: str) -> Signed:
    said = Said(Meaning.RETRACT, Role(row.role), reason, retracts=row.statement_digest)
    statement = write_statement(
        paper.work, paper.signer, paper.found, paper.request, paper.decision, said
    )
    written = insert(paper, statement, "signoff.retracted", row)
    changed = paper.work.session.exec(
        update(SignOff)
        .where(col(SignOff.id) == row_id(row))
        .where(col(SignOff.retracted_at).is_(None))
        .values(retracted_at=written.signed_at)
    )
    if changed.rowcount != 1:
        raise Conflict(f"that signature on {request_label(paper.request)} was retracted already")
    paper.work.session.expire_all()
    _reopen_if_incomplete(paper)
    return result(paper, statement)


def _reopen_if_incomplete(paper: Paper) -> None:
    if paper.request.state != RequestState.APPROVED or not still_needed(paper):
        return
    move(paper.work, paper.request, RequestState.SUBMITTED, approved_at=None)
    paper.work.record(
        "retract",
        "request.reopened",
        dataset=paper.found.label,
        request=request_label(paper.request),
        details={"decision": paper.decision.digest},
    )

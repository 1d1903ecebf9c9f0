"""Sign a request: a named person's signature on exactly what was shown, with what it means."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.log.canonical import canonical, digest_bytes
from registry.policy.engine import Decision
from registry.records import OPEN_STATES, Meaning, Request, RequestState, Role, SignOff
from registry.workflow.attempt import attempt
from registry.workflow.changed import close, decide_again, move, void_if_changed
from registry.workflow.context import Context, Work
from registry.workflow.find import (
    Found,
    account_name,
    request_label,
    request_labelled,
    row_id,
    subject,
    version_of,
)
from registry.workflow.in_use import require_in_use
from registry.workflow.once import once
from registry.workflow.people.signing import ready
from registry.workflow.permissions import ALLOWED
from registry.workflow.quorum import Needed, open_seats, seat_for, signing, signoffs_on
from registry.workflow.separation import require_author, require_separate
from registry.workflow.signature_check import distrusted
from registry.workflow.signer import Signer, signer_for
from registry.workflow.statement import (
    Said,
    Statement,
    signature_details,
    under_review,
    write_statement,
)

DECIDING = (Meaning.APPROVE, Meaning.REJECT, Meaning.RETURN)
_FACTS = {Meaning.REJECT: "request.rejected", Meaning.RETURN: "request.returned"}
_CLOSING = {Meaning.REJECT: RequestState.REJECTED, Meaning.RETURN: RequestState.RETURNED}


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
    key_id: str | None = None


@dataclass(frozen=True)
class Paper:
    """What lies before the signer."""

    work: Work
    signer: Signer
    found: Found
    request: Request
    decision: Decision


@once("sign")
def sign(
    context: Context,
    label: str,
    meaning: Meaning,
    *,
    reason: str | None = None,
    role: Role | None = None,
    principal: str | None = None,
    expected: str | None = None,
) -> Signed:
    """Sign R-17 (or NAME@V with one open request), as the deputy of ``principal`` if one is named.

    ``expected`` is the digest of what was shown to the signer (`put_before`), where it was shown
    before it is signed: nothing else is signed then. A reason is required to reject or return.
    Raises `NotPermitted` for want of role, separation or a key, `Conflict` if the request is not
    open, was signed by this person before, no longer decides as it did, or is not what was shown.
    """
    if meaning in _CLOSING and not (reason or "").strip():
        raise InvalidInput(f"to {meaning} needs a reason", todo="say why with --reason TEXT")
    states = (RequestState.SUBMITTED,) if meaning in DECIDING else OPEN_STATES
    return on_paper(
        context,
        label,
        meaning,
        states,
        principal,
        lambda paper: _sign(paper, meaning, reason, role, expected),
    )


def on_paper(
    context: Context,
    label: str,
    meaning: Meaning,
    states: Collection[RequestState],
    principal: str | None,
    write: Callable[[Paper], Signed],
) -> Signed:
    """One signature in one transaction; a request that decides otherwise is voided in its place."""
    context = ready(context, meaning, **subject(label))
    with attempt(context, meaning, **subject(label)) as work:
        signer = signer_for(context, work.session, meaning, principal)
        request = request_labelled(work.session, label)
        found = version_of(work.session, request)
        require_in_use(found)
        _require_open(request, states)
        decision = decide_again(context, work.session, found, request)
        changed = void_if_changed(work, meaning, found, request, decision)
        if changed is None:
            signed = write(Paper(work, signer, found, request, decision))
    if changed is not None:
        raise changed
    return signed


def _require_open(request: Request, states: Collection[RequestState]) -> None:
    if request.state not in states:
        raise Conflict(
            f"{request_label(request)} is {request.state}, not waiting for sign-offs",
            expected="a request in the state " + " or ".join(states),
        )


def _sign(
    paper: Paper, meaning: Meaning, reason: str | None, role: Role | None, expected: str | None
) -> Signed:
    work, request = paper.work, paper.request
    _require_as_shown(paper, expected)
    _require_first(paper, meaning)
    _require_apart(paper, meaning)
    said = Said(meaning, _seat(paper, meaning, role), reason)
    statement = write_statement(work, paper.signer, paper.found, request, paper.decision, said)
    if meaning is Meaning.APPROVE:
        require_signature(paper.decision, statement.signature is not None)
    insert(paper, statement, _FACTS.get(meaning, "request.signed"))
    if meaning in _CLOSING:
        close(work, request, _CLOSING[meaning], reason or "")
    elif meaning is Meaning.APPROVE:
        _approve_if_complete(paper)
    return result(paper, statement)


def _require_as_shown(paper: Paper, expected: str | None) -> None:
    """Raise `Conflict` if what lies before the signer is not what they were shown."""
    shown = under_review(paper.work.session, paper.found, paper.request, paper.decision)
    found = digest_bytes(canonical(shown))
    if expected not in (None, found):
        label = request_label(paper.request)
        raise Conflict(
            f"{label} is not what was shown: it changed meanwhile, and nothing was signed",
            expected=f"{expected}, now {found}",
            todo=f"look at {label} again, and sign what it is now",
        )


def result(paper: Paper, statement: Statement) -> Signed:
    """What is told of a signature that was written."""
    request, made = paper.request, statement.signature
    return Signed(
        request=request_label(request),
        dataset=paper.found.label,
        state=request.state,
        name=paper.signer.name,
        role=statement.role,
        meaning=statement.meaning,
        statement_digest=statement.digest,
        authentication=paper.signer.person.authentication,
        still_needed=still_needed(paper) if request.state in OPEN_STATES else {},
        key_id=made.key_id if made else None,
    )


def require_signature(decision: Decision, possible: bool) -> None:
    """Raise `NotPermitted` where the policies ask for signatures and nobody can make one."""
    if decision.signatures == "required" and not possible:
        raise NotPermitted(
            "the policies ask for signatures by people's own keys, and nobody has one here",
            expected="a registry where people sign in",
            todo='set mode = "signed-in" in registry.toml',
        )


def _require_first(paper: Paper, meaning: Meaning) -> None:
    """One decision a person, whoever signed it for whom; and each other meaning once."""
    alike = DECIDING if meaning in DECIDING else (meaning,)
    people = {one.account_id: one.name for one in paper.signer.people}
    for row in signoffs_on(paper.work.session, paper.request):
        twice = signing(row) & people.keys()
        if row.retracted_at is None and row.meaning in alike and twice:
            name, by = people[min(twice)], account_name(paper.work.session, row.account_id)
            how = row.meaning if by == name else f"{row.meaning}, by {by}"
            raise Conflict(
                f"{name} signed {request_label(paper.request)} already ({how})",
                todo="take that signature back first, with `registry retract`",
            )


def _require_apart(paper: Paper, meaning: Meaning) -> None:
    """An author says what they made; in every other meaning one signs what others made."""
    session, found, request = paper.work.session, paper.found, paper.request
    if meaning is Meaning.AUTHOR:
        if paper.signer.principal:
            raise NotPermitted("nobody signs as author for another")
        require_author(session, paper.signer.person, found, request)
        return
    for one in paper.signer.people:
        require_separate(session, one, found, request, paper.decision)


def _seat(paper: Paper, meaning: Meaning, role: Role | None) -> Role:
    """The role in which the person signs: the one asked for, else one the quorum still needs."""
    able = paper.signer.roles & ALLOWED[meaning]
    if role is not None:
        if role not in able:
            raise NotPermitted(f"{paper.signer.name} cannot {meaning} as {role}")
        return role
    seat = seat_for(able, still_needed(paper)) if meaning is Meaning.APPROVE else None
    return seat or sorted(able)[0]


def insert(
    paper: Paper, statement: Statement, fact: str, retracts: SignOff | None = None
) -> SignOff:
    """Record a signature and its event, which carries the signature itself."""
    principal, made = paper.signer.principal, statement.signature
    event = paper.work.record(
        statement.meaning,
        fact,
        dataset=paper.found.label,
        request=request_label(paper.request),
        details={
            "role": statement.role,
            "meaning": statement.meaning,
            "statement": statement.digest,
            "decision": paper.request.decision_digest,
            **({"for": principal.pseudonym} if principal else {}),
            **({"retracts": retracts.event_seq} if retracts else {}),
            **signature_details(made),
        },
    )
    row = SignOff(
        request_id=row_id(paper.request),
        account_id=paper.signer.person.account_id,
        principal_id=principal.account_id if principal else None,
        role=statement.role,
        meaning=statement.meaning,
        reason=statement.reason,
        statement=statement.body,
        statement_digest=statement.digest,
        authentication=paper.signer.person.authentication,
        key_id=made.key_id if made else None,
        signature=made.value if made else None,
        signed_at=statement.at,
        retracts=row_id(retracts) if retracts else None,
        event_seq=event.seq,
    )
    paper.work.session.add(row)
    paper.work.session.flush()
    return row


def _approve_if_complete(paper: Paper) -> None:
    if still_needed(paper):
        return
    event = paper.work.record(
        "approve",
        "request.approved",
        dataset=paper.found.label,
        request=request_label(paper.request),
        details={"decision": paper.decision.digest},
    )
    move(paper.work, paper.request, RequestState.APPROVED, approved_at=event.at)


def still_needed(paper: Paper) -> dict[str, int]:
    """The seats that the quorum has left."""
    now, needed = (
        paper.work.context.clock(),
        Needed.by(paper.decision, distrusted(paper.work.session)),
    )
    return open_seats(paper.work.session, paper.request, needed, now)

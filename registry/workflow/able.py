"""Whether the acting person may approve one request, in which role, or why not."""

from dataclasses import dataclass

from sqlmodel import Session

from registry.errors import NotPermitted
from registry.policy.engine import Decision
from registry.records import Request, RequestState
from registry.store.database import reading
from registry.workflow.changed import decide_again
from registry.workflow.context import Context, Identity
from registry.workflow.deputy import principals
from registry.workflow.find import Found, request_labelled, version_of
from registry.workflow.permissions import ALLOWED
from registry.workflow.quorum import Needed, open_seats, signing, signoffs_on
from registry.workflow.separation import require_separate
from registry.workflow.sign import DECIDING
from registry.workflow.signature_check import distrusted
from registry.workflow.signer import Signer, identity_of


@dataclass(frozen=True)
class Chance:
    """One way to approve: in person, or ``principal`` 's stead; ``why_not`` where there is none."""

    principal: str | None
    roles: tuple[str, ...]
    why_not: str | None = None


@dataclass(frozen=True)
class _Case:
    context: Context
    session: Session
    request: Request
    found: Found
    decision: Decision
    seats: dict[str, int]


def chances(context: Context, label: str) -> list[Chance]:
    """The ways in which the acting person could approve R-17; their own is the first."""
    person = context.identity
    if person is None:
        return [Chance(None, (), "Nobody is signed in.")]
    with reading(context.engine) as session:
        request = request_labelled(session, label)
        found = version_of(session, request)
        decision = decide_again(context, session, found, request)
        needed = Needed.by(decision, distrusted(session))
        seats = open_seats(session, request, needed, context.clock())
        case = _Case(context, session, request, found, decision, seats)
        return [_chance(case, signer) for signer in _signers(context, session, person)]


def _signers(context: Context, session: Session, person: Identity) -> list[Signer]:
    absent = []
    if person.scopes is None and person.roles & ALLOWED["stand-in"]:
        absent = principals(session, person.account_id, context.clock())
    return [Signer(person), *(Signer(person, identity_of(session, one)) for one in absent)]


def _chance(case: _Case, signer: Signer) -> Chance:
    name = signer.principal.name if signer.principal else None
    if why_not := _closed(case) or _tied(case, signer) or _seatless(case, signer):
        return Chance(name, (), why_not)
    return Chance(name, tuple(sorted(signer.roles & ALLOWED["approve"] & case.seats.keys())))


def _closed(case: _Case) -> str | None:
    if case.request.state != RequestState.SUBMITTED:
        return f"It is {case.request.state}, and waits for no signature."
    if case.decision.digest != case.request.decision_digest:
        return "It changed since it was submitted, and can only be void."
    if case.decision.signatures == "required" and case.context.settings.mode == "local":
        return "The policies ask for signatures by people's own keys, and nobody has one here."
    return None


def _tied(case: _Case, signer: Signer) -> str | None:
    """A signature that was given, or a hand in what would be signed."""
    people = {one.account_id: one.name for one in signer.people}
    for row in signoffs_on(case.session, case.request):
        twice = signing(row) & people.keys()
        if row.retracted_at is None and row.meaning in DECIDING and twice:
            return f"{people[min(twice)]} signed it already ({row.meaning})."
    for one in signer.people:
        try:
            require_separate(case.session, one, case.found, case.request, case.decision)
        except NotPermitted as error:
            return f"{error.what[:1].upper()}{error.what[1:]}."
    return None


def _seatless(case: _Case, signer: Signer) -> str | None:
    able = signer.roles & ALLOWED["approve"]
    if not able:
        held = ", ".join(sorted(signer.roles)) or "no role"
        return f"{signer.name} holds {held}, which approves nothing."
    if not able & case.seats.keys():
        return f"No seat is open for {', '.join(sorted(able))}."
    return None

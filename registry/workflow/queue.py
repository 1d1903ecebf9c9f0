"""The queue of requests: what waits, for whom, since when, and what keeps it from going on."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, select

from registry.policy.engine import Decision
from registry.records import Request, RequestState
from registry.store.database import reading
from registry.workflow.ahead import require_ahead
from registry.workflow.browse.parts import Numbered
from registry.workflow.context import Context
from registry.workflow.deputy import principals
from registry.workflow.find import row_id
from registry.workflow.hands import Hands, hands_of
from registry.workflow.permissions import ALLOWED, require
from registry.workflow.quorum import signing
from registry.workflow.separation import Case, refusal
from registry.workflow.sign import DECIDING
from registry.workflow.signer import Signer, identity_of
from registry.workflow.waiting import Row, Waiting, open_requests, open_versions, waiting


def queue(context: Context, *, every: bool = False) -> list[Row]:
    """Requests that wait for sign-off or release; ``every`` one, closed ones too."""
    with reading(context.engine) as session:
        within = select(Request.id) if every else open_requests()
        return [row for _, row in rows_of(context, session, within)]


def mine(context: Context) -> list[Row]:
    """What the acting person can approve now, and in which role: a seat is open, they had no hand
    in it, and neither they nor whom they stand in for signed it yet.
    """
    require_ahead(context, "stand-in")
    with reading(context.engine) as session:
        return [row for _, row in mine_of(context, session, open_requests())]


def rows_of(context: Context, session: Session, within: Any) -> list[Numbered]:
    """The requests ``within`` (ids, or a query of ids), oldest first."""
    return [(row_id(one.request), one.row()) for one in waiting(context, session, within)]


def mine_of(
    context: Context, session: Session, within: Any, *, expected: bool = False
) -> list[Numbered]:
    """Those ``within`` that the acting person can approve now, oldest first.

    ``expected`` is the digest of what a signature would cover; signing makes it out again.
    """
    require(context, "stand-in")
    able = [_Able(one, session, within) for one in signers(context, session)]
    every = waiting(context, session, within) if able else []
    found = ((one, role) for one in every if (role := _role(context, able, one)))
    return [
        (row_id(one.request), {**one.row(), "sign as": role, **one.expected(session, expected)})
        for one, role in found
    ]


def signers(context: Context, session: Session) -> list[Signer]:
    """The acting person, and the same for everybody whose deputy they are today."""
    person = require(context, "stand-in")
    own = [Signer(person)] if person.roles & ALLOWED["approve"] else []
    absent = principals(session, person.account_id, context.clock())
    return own + [Signer(person, identity_of(session, one)) for one in absent]


class _Able:
    """A signer with the hands of everybody whom the signature would use up."""

    def __init__(self, signer: Signer, session: Session, within: Any) -> None:
        versions = open_versions(within)
        self.signer = signer
        self.hands: list[Hands] = [hands_of(session, one, versions) for one in signer.people]

    @property
    def people(self) -> set[int]:
        return {one.account_id for one in self.signer.people}


def _role(context: Context, able: Iterable[_Able], one: Waiting) -> str | None:
    """The role in which the person can approve it; None if they cannot."""
    if one.request.state != RequestState.SUBMITTED or not one.stands:
        return None
    if one.needed.signatures and context.settings.mode == "local":
        return None
    for signer in able:
        seats = sorted(signer.signer.roles & ALLOWED["approve"] & one.seats().keys())
        if seats and not _signed_already(signer, one) and not _refused(signer, one):
            for_ = signer.signer.principal
            return seats[0] + (f" for {for_.name}" if for_ else "")
    return None


def _signed_already(able: _Able, one: Waiting) -> bool:
    return any(
        row.retracted_at is None and row.meaning in DECIDING and signing(row) & able.people
        for row in one.signoffs
    )


def _refused(able: _Able, one: Waiting) -> bool:
    assert isinstance(one.decision, Decision)
    since = one.found.version.registered_at
    case = Case(one.found.label, since, one.request, one.decision, one.subject)
    return any(refusal(hands, case) for hands in able.hands)

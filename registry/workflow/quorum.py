"""The quorum: distinct people in distinct roles, whose signatures count and still hold."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from registry.clock import moment
from registry.policy.engine import Decision
from registry.policy.expiry import expired
from registry.records import Meaning, Request, Role, SignOff
from registry.workflow.find import row_id

Seats = Mapping[str, int]
NEVER = "~"
"""After every stored time."""


@dataclass(frozen=True)
class Needed:
    """What policies ask of approvals: seats by role, own keys, and how many days each holds.

    ``distrusted`` are keys by id with the time from which what they signed counts for nothing.
    """

    seats: Seats
    signatures: bool = False
    days: int | None = None
    distrusted: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def by(cls, decision: Decision, distrusted: Mapping[str, str]) -> "Needed":
        """What a decision asks for."""
        required = decision.signatures == "required"
        return cls(decision.quorum, required, decision.valid_for_days, distrusted)

    @classmethod
    def stored(cls, body: Mapping[str, Any], distrusted: Mapping[str, str]) -> "Needed":
        """What a stored decision asked for."""
        required = body.get("signatures") == "required"
        return cls(body.get("quorum", {}), required, body.get("validForDays"), distrusted)


def open_seats(session: Session, request: Request, needed: Needed, now: datetime) -> dict[str, int]:
    """How many approvals are still missing, by role. Each person signs once, in one role."""
    return seats_left(signoffs_on(session, request), needed, now)


def seats_left(rows: Iterable[SignOff], needed: Needed, now: datetime) -> dict[str, int]:
    """The seats that the sign-offs ``rows`` of one request leave open."""
    held = Counter(row.role for row in counted(rows, needed, now))
    left = {role: minimum - held[role] for role, minimum in needed.seats.items()}
    return {role: count for role, count in left.items() if count > 0}


def counted(rows: Iterable[SignOff], needed: Needed, now: datetime) -> list[SignOff]:
    """The approvals that count, oldest first: neither retracted nor expired, signed where that is
    demanded, and no person twice, as somebody's deputy either.
    """
    found: list[SignOff] = []
    people: set[int] = set()
    for row in rows:
        who = signing(row)
        if _holds(row, needed, now) and not who & people:
            people |= who
            found.append(row)
    return found


def _holds(row: SignOff, needed: Needed, now: datetime) -> bool:
    if row.meaning != Meaning.APPROVE or row.retracted_at is not None:
        return False
    if needed.signatures and row.signature is None:
        return False
    if row.signed_at >= needed.distrusted.get(row.key_id or "", NEVER):
        return False
    until = holds_until(row.signed_at, needed)
    return until is None or not expired(until, now)


def holds_until(signed_at: str, needed: Needed) -> datetime | None:
    """The last moment of a signature made at ``signed_at``; None where no policy bounds it."""
    return None if needed.days is None else moment(signed_at) + timedelta(days=needed.days)


def signing(row: SignOff) -> set[int]:
    """Everybody whom one sign-off uses up: who signed, and for whom."""
    return {row.account_id} | ({row.principal_id} if row.principal_id is not None else set())


def signoffs_on(session: Session, request: Request) -> list[SignOff]:
    """Every sign-off on a request, oldest first."""
    query = select(SignOff).where(SignOff.request_id == row_id(request))
    return list(session.exec(query.order_by(col(SignOff.id))))


def seat_for(roles: frozenset[Role], seats: Seats) -> Role | None:
    """The role in which somebody with ``roles`` would sign: the first that is still needed."""
    return next((role for role in sorted(roles) if role in seats), None)

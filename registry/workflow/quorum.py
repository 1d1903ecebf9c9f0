"""The quorum: distinct people in distinct roles."""

from collections import Counter
from collections.abc import Mapping

from sqlmodel import Session, select

from registry.records import Meaning, Request, Role, SignOff
from registry.workflow.find import row_id

Seats = Mapping[str, int]


def open_seats(session: Session, request: Request, quorum: Seats) -> dict[str, int]:
    """How many approvals are still missing, by role. Each person signs once, in one role."""
    roles = session.exec(
        select(SignOff.role)
        .where(SignOff.request_id == row_id(request))
        .where(SignOff.meaning == Meaning.APPROVE)
    )
    held = Counter(roles)
    left = {role: minimum - held[role] for role, minimum in quorum.items()}
    return {role: count for role, count in left.items() if count > 0}


def seat_for(roles: frozenset[Role], seats: Seats) -> Role | None:
    """The role in which somebody with ``roles`` would sign: the first that is still needed."""
    return next((role for role in sorted(roles) if role in seats), None)

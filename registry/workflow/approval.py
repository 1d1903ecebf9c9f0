"""How old an approval is, and until when it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from registry.clock import stamp
from registry.policy.expiry import expired
from registry.records import Request, SignOff
from registry.workflow.quorum import Needed, counted, holds_until


@dataclass(frozen=True)
class Approval:
    """The oldest signature that a request's approval rests on, and the end of it, if it has one."""

    since: str | None
    until: datetime | None
    days: int | None

    def lapsed(self, now: datetime) -> str | None:
        """Why the approval holds no more; None while it does."""
        if self.until is None or not expired(self.until, now):
            return None
        return f"the approval of {self.since} was valid for {self.days} days"

    @property
    def expires(self) -> str | None:
        """The last moment of it, as it is stored and printed."""
        return stamp(self.until) if self.until else None


def expiry(rows: Iterable[SignOff], request: Request, needed: Needed) -> Approval:
    """When the approval of ``request`` ends: with the first of the signatures it rests on.

    Otherwise one signature of long ago, and a last one of today, would hold as if both were new.
    """
    if request.approved_at is None:
        return Approval(None, None, needed.days)
    ageless = Needed(needed.seats, needed.signatures, distrusted=needed.distrusted)
    signed = [row.signed_at for row in counted(rows, ageless, datetime.max)]
    since = min([request.approved_at, *signed])
    return Approval(since, holds_until(since, needed), needed.days)

"""Goes on after an event of the future: it stays in the log, and a later one says that it is wrong.

Without this a clock that ran ahead once would lock the log until that time comes.
"""

from dataclasses import dataclass

from registry.errors import Conflict, InvalidInput
from registry.store import events
from registry.store.time_order import CORRECTED
from registry.workflow.attempt import attempt
from registry.workflow.context import Context
from registry.workflow.once import once
from registry.workflow.permissions import require


@dataclass(frozen=True)
class Corrected:
    """The event that was recorded, and the times."""

    event: int
    was: str
    now: str


@once("correct-clock")
def correct_clock(context: Context, reason: str) -> Corrected:
    """Record that the last event's time is wrong. Raises `Conflict` where it is not later."""
    if not reason.strip():
        raise InvalidInput("a correction needs a reason", expected="--reason TEXT")
    with attempt(context, "correct-clock") as work:
        require(context, "correct-clock")
        now, last = context.now(), events.last_time(work.session)
        if last is None or last <= now:
            raise Conflict(
                "the last event is not later than now: there is nothing to correct",
                where=f"the last event is of {last}, this machine says {now}",
            )
        details = {"reason": reason, "was": last, "now": now}
        event = work.record("correct-clock", CORRECTED, details=details)
        return Corrected(event.seq, last, now)

"""Time in the log runs forwards: a clock set back would make what has expired count again."""

from datetime import timedelta
from typing import Final

from registry.clock import moment
from registry.errors import ClockBehind

TOLERANCE: Final = timedelta(minutes=5)
"""By how much the clocks of two machines that write to one log may differ."""

CORRECTED: Final = "clock.corrected"
"""The event that says that an earlier one was recorded by a clock that ran ahead."""


def require_forwards(last: str, now: str) -> None:
    """Raise `ClockBehind` where ``now`` is before the ``last`` event, beyond the tolerance."""
    if now >= last:
        return
    try:
        behind = moment(last) - moment(now)
    except ValueError:
        return  # a time that cannot be read was tampered with, and `registry audit verify` says so
    if behind > TOLERANCE:
        raise ClockBehind(
            f"the clock is behind the last event by {rounded(behind)}",
            where=f"the last event is of {last}, this machine says {now}",
            expected="a clock that is right",
            todo="set the clock right and run the command again; if it is right, and the last "
            "event's was not, an admin runs `registry audit correct-clock`",
        )


def rounded(span: timedelta) -> timedelta:
    """Without fractions of a second, for people."""
    return timedelta(seconds=int(span.total_seconds()))

"""Looks for time that ran backwards in the log, which nothing that appends to it lets through."""

from collections.abc import Iterator

from sqlmodel import Session

from registry.clock import moment
from registry.store.time_order import CORRECTED, TOLERANCE
from registry.workflow.verify_told import Log


def clock_problems(session: Session, log: Log) -> Iterator[str]:
    """Every event that is earlier than one before it, beyond what clocks of machines differ by."""
    latest = ""
    for one in log:
        if one.fact == CORRECTED:
            latest = one.at
        elif one.at < latest and _apart(one.at, latest):
            yield f"event {one.seq}: it is of {one.at}, after an event of {latest}"
        latest = max(latest, one.at)


def _apart(earlier: str, later: str) -> bool:
    try:
        return moment(later) - moment(earlier) > TOLERANCE
    except ValueError:
        return True

"""When something is over: one rule for policies, waivers, evidence, approvals and releases.

A day counts to its end and an instant to itself (both inclusive), in UTC. What cannot be read as
a day or as an instant with an offset is over: nothing stays in force by being misspelt.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

MAX_DAYS: Final = 36_500

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION: Final = re.compile(r"P([0-9]{1,5})D")


def expired(until: date | datetime | str, now: datetime) -> bool:
    """Whether a day (``2027-03-31``) or an instant lies in the past of ``now``."""
    if now.tzinfo is None:
        return True
    end = _end(until)
    if isinstance(end, datetime):
        return now > end
    return end is None or now.astimezone(UTC).date() > end


def stale(measured_at: datetime | None, max_age_days: int, now: datetime) -> bool:
    """Whether a measurement is too old, or its age cannot be known (none, naive, in the future)."""
    if measured_at is None or measured_at.tzinfo is None or measured_at > now:
        return True
    try:
        return expired(measured_at + timedelta(days=max_age_days), now)
    except OverflowError:
        return True


def days(duration: str) -> int:
    """The days of an ISO 8601 duration in whole days: ``P30D`` is 30. Raises ``ValueError``."""
    found = _DURATION.fullmatch(duration)
    if not found or not 1 <= int(found[1]) <= MAX_DAYS:
        raise ValueError(f"a duration in days with its unit, P1D to P{MAX_DAYS}D (30 days: P30D)")
    return int(found[1])


def day(text: str) -> date:
    """A calendar day written ``YYYY-MM-DD``. Raises ``ValueError``."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("a day of the calendar, as in 2027-03-31")


def _end(until: object) -> date | datetime | None:
    if isinstance(until, str):
        try:
            until = day(until) if _DAY.fullmatch(until) else datetime.fromisoformat(until)
        except ValueError:
            return None
    if isinstance(until, datetime):
        return until if until.tzinfo else None
    return until if isinstance(until, date) else None

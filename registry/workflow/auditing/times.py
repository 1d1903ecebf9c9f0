"""Days and moments as people type them, and as the log holds them."""

import re
from datetime import UTC, datetime, timedelta

from registry.clock import stamp
from registry.errors import InvalidInput

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def since(text: str) -> str:
    """The first moment of a day, or the moment itself, as it is stored."""
    return _stamped(text, timedelta())


def after(text: str) -> str:
    """The first moment after a day, or after the moment itself."""
    return _stamped(text, timedelta(days=1) if _DAY.fullmatch(text) else timedelta(microseconds=1))


def end(text: str) -> datetime:
    """The last moment of a day, or the moment itself."""
    found = _moment(text)
    return found + timedelta(days=1, microseconds=-1) if _DAY.fullmatch(text) else found


def _stamped(text: str, later: timedelta) -> str:
    try:
        return stamp(_moment(text) + later)
    except (ValueError, OverflowError) as error:
        raise _no_time(text) from error


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_time(text) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _no_time(text: str) -> InvalidInput:
    return InvalidInput(f"{text!r} is no time", expected="YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ")

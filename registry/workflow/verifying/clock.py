"""Looks for time that ran backwards in the log, which nothing that appends to it lets through."""

from registry.clock import moment
from registry.store.time_order import CORRECTED, TOLERANCE


class Forwards:
    """The latest time met in the log so far."""

    def __init__(self) -> None:
        self._latest = ""

    def problem(self, seq: int, at: object, fact: object) -> str | None:
        """What is wrong with an event that is earlier than one before it.

        None within what the clocks of machines differ by.
        """
        if not isinstance(at, str):
            return None  # no column of the log that verification let pass
        latest = self._latest
        if at >= latest or fact == CORRECTED:
            self._latest = at
        elif _apart(at, latest):
            return f"event {seq}: it is of {at}, after an event of {latest}"
        return None


def _apart(earlier: str, later: str) -> bool:
    try:
        return moment(later) - moment(earlier) > TOLERANCE
    except ValueError:
        return True

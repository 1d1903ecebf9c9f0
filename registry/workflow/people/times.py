"""Times as people type them, as they are stored."""

from datetime import UTC, datetime, timedelta

from registry.clock import stamp
from registry.errors import InvalidInput
from registry.policy.expiry import day
from registry.workflow.context import Context
from registry.workflow.people.lookup import later


def moment_typed(text: str) -> str:
    """A time, or the first moment of a day, in UTC where no zone is named."""
    try:
        found = datetime.fromisoformat(text)
        return stamp(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{text!r} is no time", expected="YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ"
        ) from error


def end_of(context: Context, last: str | None, days: int | None) -> str:
    """The moment after the day ``last``, or so many days from now; one of them is given."""
    if (last is None) == (days is None):
        raise InvalidInput("a token needs an end", expected="one of --expires DAY and --days N")
    if days is not None:
        return later(context.now(), days=days)
    try:
        ends = day(last or "") + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"{last!r} is no day", expected="YYYY-MM-DD") from error
    return moment_typed(ends.isoformat())

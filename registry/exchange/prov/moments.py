"""Times as XML Schema writes them, which PROV asks for."""

from __future__ import annotations

from datetime import UTC, datetime


def zoned(text: str | None) -> str | None:
    """What somebody typed as a UTC time; None where it is no time with a zone."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

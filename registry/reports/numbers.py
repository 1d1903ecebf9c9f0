"""How figures, intervals and times are written in every report, so that formats cannot disagree."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from registry.errors import InvalidInput

NOT_EVALUATED = "not evaluated"
NOT_MEASURABLE = "not measurable"

_COUNT_UNITS = frozenset({"count", "rows", "records", "cells"})


def figure(value: float, unit: str = "") -> str:
    """``value`` to three decimals, whole where ``unit`` counts things; never rounded onto 0 or 1.

    A share of .9996 reads ">0.999": a reader must not take it for a perfect score.
    """
    if math.isnan(value):
        raise InvalidInput(
            "a stored figure is not a number",
            expected="a value, or a measurement with status not-measurable and a cause",
            todo="evaluate the version again",
        )
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    if unit in _COUNT_UNITS and value == int(value):
        return count(int(value))
    return _three_decimals(value)


def _three_decimals(value: float) -> str:
    if 0 < abs(value) < 0.0005:
        return f"{value:.1e}"
    return ">0.999" if 0.9995 <= value < 1 else f"{value:,.3f}"


def count(number: int) -> str:
    """``number`` with thousands separated by commas."""
    return f"{number:,}"


def signed(value: float | None) -> str:
    """A margin with its sign and four significant digits, or "none" where a rule has no margin."""
    if value is None:
        return "none"
    return figure(value) if math.isinf(value) else f"{value:+.4g}"


def observed(value: str | float | None, margin: float | None) -> str:
    """What a rule saw, to four significant digits, or as many as keep it on its side of the limit.

    ``margin`` is the distance to that limit: 0.89996 against "at least 0.9" must not read 0.9.
    """
    if value is None:
        return NOT_EVALUATED
    if isinstance(value, str):
        return value
    if math.isinf(value):
        return figure(value)
    for digits in range(4, 17):
        text = f"{value:.{digits}g}"
        if abs(float(text) - value) < abs(margin or 0.0):
            return text
    return repr(value)


def between(low: float | None, high: float | None, unit: str = "") -> str:
    """An interval in words, or "none stated"."""
    if low is None or high is None:
        return "none stated"
    return f"{figure(low, unit)} to {figure(high, unit)}"


def moment(stored: str) -> str:
    """A stored UTC time to the second, with its zone: "2026-03-01 09:30:00 UTC"."""
    try:
        at = datetime.fromisoformat(stored)
    except ValueError as error:
        raise _not_utc(stored) from error
    if at.tzinfo is None:
        raise _not_utc(stored)
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _not_utc(stored: str) -> InvalidInput:
    return InvalidInput(
        f"the stored time {stored!r} cannot be printed",
        expected="ISO 8601 with a zone, as in 2026-03-01T09:30:00.000000Z",
        todo="run `registry audit verify`: stored times are always written so",
    )


def words(identifier: str) -> str:
    """An identifier as words: "model-development" reads "model development".

    The hyphen of a prefix stays: "re-identification".
    """
    return re.sub(r"(?<!\bre)(?<!\bnon)-|_", " ", identifier)


def sentence_case(text: str) -> str:
    """``text`` with its first letter raised and the rest as it was."""
    return text[:1].upper() + text[1:]


def plural(number: int, noun: str) -> str:
    """``number`` with its noun: "1 rule", "3 rules"."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def listed(items: tuple[str, ...], most: int = 6) -> str:
    """The first ``most`` items with commas, and how many more there are."""
    head = ", ".join(items[:most])
    return head if len(items) <= most else f"{head} and {count(len(items) - most)} more"

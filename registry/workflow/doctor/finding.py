"""One thing a check found."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it stands. What could not be looked at is never taken for sound."""

    OK = "ok"
    WARNING = "warning"
    UNCHECKED = "unchecked"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """``name`` is the check's, ``what`` was found ``where``, and what to do."""

    level: Level
    name: str
    what: str
    where: str | None = None
    todo: str | None = None


def ok(name: str, what: str, where: object = None) -> Finding:
    """All is well."""
    return Finding(Level.OK, name, what, _text(where))


def warning(name: str, what: str, where: object = None, todo: str | None = None) -> Finding:
    """Works, and weakens what the registry can promise."""
    return Finding(Level.WARNING, name, what, _text(where), todo)


def unchecked(name: str, what: str, where: object = None, todo: str | None = None) -> Finding:
    """Could not be looked at."""
    return Finding(Level.UNCHECKED, name, what, _text(where), todo)


def fault(name: str, what: str, where: object = None, todo: str | None = None) -> Finding:
    """Something is not what it must be."""
    return Finding(Level.FAULT, name, what, _text(where), todo)


def exit_code(findings: Iterable[Finding]) -> int:
    """6 for a fault, 3 for what could not be checked, else 0."""
    levels = {one.level for one in findings}
    return 6 if Level.FAULT in levels else 3 if Level.UNCHECKED in levels else 0


def _text(where: object) -> str | None:
    return None if where is None else str(where)

"""Every error the registry raises on purpose, and the exit code each one ends a command with.

::

    RegistryError
    ├── PolicyDenied       1   a policy says no
    ├── InvalidInput       2   wrong usage, or a file that cannot be read as what it should be
    │   └── NotFound       2   no record of that name
    ├── Undecided          3   evidence is missing, stale or not measurable
    │   └── Unavailable    3   a file or an evaluator failed
    │       └── StoreUnavailable   3   the database failed
    ├── NotPermitted       4   not signed in, or not allowed to
    ├── Conflict           5   the record changed meanwhile, or the step was already taken
    │   └── ClockBehind    5   this machine says it is earlier than the last event
    └── IntegrityFailure   6   what is stored is not what was stored

An error says what happened, where, what was expected and what to do next. One place prints it
(``registry.cli.main``), and nothing else in the product calls ``sys.exit``.
"""

from __future__ import annotations

from typing import Final


class RegistryError(Exception):
    """The root: ``what`` happened, ``where``, what was ``expected``, and the next step."""

    exit_code: int = 2
    outcome: str = "refused"

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        todo: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what: Final = what
        self.where: Final = where
        self.expected: Final = expected
        self.todo: Final = todo

    def lines(self) -> list[str]:
        """The error as the lines a person reads, most important first."""
        parts = [self.what]
        for label, text in (
            ("where", self.where),
            ("expected", self.expected),
            ("next", self.todo),
        ):
            if text:
                parts.append(f"  {label}: {text}")
        return parts

    def __str__(self) -> str:
        return "\n".join(self.lines())


class PolicyDenied(RegistryError):
    """A policy denies the request."""

    exit_code = 1
    outcome = "denied"


class InvalidInput(RegistryError):
    """The command, or a file it was given, cannot be understood."""

    exit_code = 2
    outcome = "invalid"


class NotFound(InvalidInput):
    """No record of that name; ``expected`` lists what there is, nearest first."""


class Undecided(RegistryError):
    """No decision is possible with the evidence there is."""

    exit_code = 3
    outcome = "undecided"


class Unavailable(Undecided):
    """Something needed for the decision is gone or broken: the store, a file, an evaluator."""

    outcome = "failed"


class StoreUnavailable(Unavailable):
    """The database does not answer, or refused; nothing can be recorded in it either."""


class NotPermitted(RegistryError):
    """Nobody is signed in, or the person may not do this."""

    exit_code = 4
    outcome = "forbidden"


class Conflict(RegistryError):
    """The record changed since it was read, or the step was taken already."""

    exit_code = 5
    outcome = "conflict"


class ClockBehind(Conflict):
    """The clock was set back: what is recorded now would stand before what was recorded."""


class IntegrityFailure(RegistryError):
    """Stored bytes differ from the bytes that were stored."""

    exit_code = 6
    outcome = "tampered"

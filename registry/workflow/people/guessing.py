"""Locks against guessing: after five failures a wait that doubles, up to an hour."""

from typing import Protocol

from sqlmodel import Session

from registry.errors import NotPermitted
from registry.records import Credential, KnownDevice, PersonalKey
from registry.workflow.people.lookup import later

FREE = 5
STRANGERS = 50
"""Failures to sign in after which a stranger is refused until somebody known has signed in."""
_LONGEST_MINUTES = 60
_LONGEST_FROM = FREE + 6
"""Failures from which on every wait is the longest."""


class Guarded(Protocol):
    """A record that counts what failed against it."""

    failures: int
    locked_until: str | None


class WrongSecret(NotPermitted):
    """A secret that is not the one. Whoever logs the refusal counts it as well: the transaction
    in which it was found out is rolled back, and the count with it.
    """

    def __init__(
        self,
        what: str,
        record: type[PersonalKey | Credential | KnownDevice],
        key: int,
        *,
        todo: str | None = None,
    ) -> None:
        super().__init__(what, todo=todo)
        self.record, self.key = record, key

    def count(self, session: Session, now: str) -> None:
        """Count the failure against the key, the credential or the device."""
        row = session.get_one(self.record, self.key)
        if isinstance(row, KnownDevice):
            row.failures += 1
        elif isinstance(row, PersonalKey | Credential):
            fail(row, now)
        session.add(row)
        session.flush()


def locked(row: Guarded, now: str) -> bool:
    """Whether nothing is tried now."""
    return row.locked_until is not None and now < row.locked_until


def fail(row: Guarded, now: str) -> None:
    """Count a failure; from the fifth on a lock, twice as long each time."""
    row.failures += 1
    if row.failures >= FREE:
        minutes = min(2 ** min(row.failures - FREE, 30), _LONGEST_MINUTES)
        row.locked_until = later(now, minutes=minutes)


def refuses_strangers(row: Guarded, now: str) -> bool:
    """Whether nobody is tried now who did not sign in before."""
    return locked(row, now) or row.failures >= STRANGERS


def count_anew(row: Guarded) -> None:
    """Somebody known signed in: strangers may be tried again, after the longest wait each."""
    row.failures = min(row.failures, _LONGEST_FROM)


def clear(row: Guarded) -> None:
    """The right secret was given: forget what failed before."""
    row.failures, row.locked_until = 0, None

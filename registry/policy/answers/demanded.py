"""Whether the version of a changed policy says what kind of change it is."""

from __future__ import annotations

from dataclasses import dataclass

from registry.policy.comparing.changes import difference
from registry.policy.comparing.shift import Change
from registry.policy.comparing.versions import BUMPS, Bump, bump, precedence
from registry.policy.loader import Policy


@dataclass(frozen=True)
class Revision:
    """A policy before and after, every change, the bump these demand, and the bump ``made``."""

    before: Policy
    after: Policy
    changes: tuple[Change, ...]
    demanded: Bump
    made: Bump

    @property
    def suffices(self) -> bool:
        """Whether the version rose enough."""
        return BUMPS.index(self.made) >= BUMPS.index(self.demanded)

    @property
    def least(self) -> str:
        """The least version that would do."""
        return raised(self.before.version, self.demanded)


def revision(before: Policy, after: Policy) -> Revision:
    """What ``after`` makes of ``before``.

    Other bytes demand a new version, whatever they say: one version is one text.
    """
    found = difference(before, after)
    changes = found.changes
    if not changes and before.digest != after.digest:
        changes = (Change("text", "file", "comments or layout changed"),)
    demanded: Bump = found.bump if found.changes or not changes else "patch"
    return Revision(before, after, changes, demanded, bump(before.version, after.version))


def raised(version: str, by: Bump) -> str:
    """The next version: ``1.2.3`` raised by a minor bump is ``1.3.0``."""
    major, minor, patch = precedence(version)[0]
    if by == "major":
        return f"{major + 1}.0.0"
    if by == "minor":
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if by == "patch" else version

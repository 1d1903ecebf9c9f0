"""The outcome of policies on a request, as data: every finding with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from registry.policy import wording
from registry.policy.rules import Check, Level

Verdict = Literal["pass", "fail", "missing", "error"]
FindingOutcome = Literal["pass", "warn", "fail", "missing", "waived", "error"]
Outcome = Literal["allow", "deny", "undecided"]

DENYING: Final = frozenset({"fail", "error"})
BLOCKING: Final = DENYING | {"missing"}


class PolicyRef(NamedTuple):
    """Exactly which policy: its name, its version, and the digest of its file."""

    id: str
    version: str
    digest: str


class Finding(NamedTuple):
    """What one rule found in one scope.

    ``verdict`` is what the rule says of the evidence; ``outcome`` is what becomes of it: below the
    level "enforce" anything but a pass is a "warn", and where a ``waiver`` (its id) covers the rule
    it is "waived". A "fail" or an "error" denies, a "missing" leaves the decision undecided.

    ``policy`` and ``line`` are None where the registry itself speaks; ``origin`` is the base that
    wrote the rule, where it was not the policy itself, and ``line`` is then in the base's file.
    ``margin`` is in the unit of the metric: positive is room left, negative is how much is lacking.
    ``observed`` is None where nothing could be read. ``said`` is the cause or the whole message;
    what a ``check`` found is worded only when somebody reads it.
    """

    rule: str
    title: str
    policy: PolicyRef | None
    origin: PolicyRef | None
    line: int | None
    outcome: FindingOutcome
    verdict: Verdict
    level: Level
    severity: str
    scope: tuple[str, ...]
    observed: str | float | None
    expected: str
    margin: float | None
    evidence_id: str | None
    said: str
    remediation: str | None = None
    waiver: str | None = None
    check: Check | None = None

    @property
    def message(self) -> str:
        """What was found, in one plain sentence without the name of the rule."""
        if self.check is None:
            return self.said
        number = self.observed if isinstance(self.observed, float) else None
        return wording.finding(self.check, self.scope, number, self.said, self.verdict)

    @property
    def unmeasured(self) -> bool:
        """Whether it lacks a number that an evaluation gives."""
        read = self.check is not None or self.verdict == "missing"
        return read and self.observed is None and wording.UNMEASURED in self.said

    @property
    def blocks(self) -> bool:
        """Whether it keeps the decision from being allow."""
        return self.outcome in BLOCKING


@dataclass(frozen=True)
class Decision:
    """Allow, deny or undecided, by the matching ``policies``, and the terms they set together.

    ``bases`` are the policies that those extend, ``waivers`` the ids of the waivers that changed a
    finding. ``quorum`` is the largest number any policy asks of a role, ``separation`` everything
    any of them keeps apart; the days are the fewest, but for ``author_window_days``, the most;
    ``signatures`` are "required" if one of them says so.
    ``digest`` identifies what was decided and leaves out when (see ``registry.policy.engine``).
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    policies: tuple[PolicyRef, ...]
    quorum: Mapping[str, int]
    separation: frozenset[str]
    valid_for_days: int | None
    expires_after_days: int | None
    agreements: tuple[str, ...]
    digest: str
    bases: tuple[PolicyRef, ...] = ()
    waivers: tuple[str, ...] = ()
    author_window_days: int | None = None
    signatures: Literal["optional", "required"] = "optional"

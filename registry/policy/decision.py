"""The outcome of policies on a request, as data: every finding with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

FindingOutcome = Literal["pass", "fail", "missing"]
Outcome = Literal["allow", "deny", "undecided"]


class PolicyRef(NamedTuple):
    """Exactly which policy: its name, its version, and the digest of its file."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True)
class Finding:
    """What one rule found in one scope.

    A ``fail`` denies and a ``missing`` leaves the decision undecided. ``policy`` and ``line`` are
    None where the registry itself speaks. ``margin`` is in the unit of the metric: positive is
    room left, negative is how much is lacking. ``observed`` is None where nothing could be read.
    """

    rule: str
    title: str
    policy: PolicyRef | None
    line: int | None
    outcome: FindingOutcome
    severity: str
    scope: tuple[str, ...]
    observed: str | float | None
    expected: str
    margin: float | None
    evidence_id: str | None
    message: str
    remediation: str | None


@dataclass(frozen=True)
class Decision:
    """Allow, deny or undecided, by the matching ``policies``, and the terms they set together.

    ``quorum`` is the largest number any of them asks of a role, ``separation`` everything any of
    them keeps apart; the days are the fewest. ``digest`` identifies what was decided and leaves
    out when (see ``registry.policy.engine``).
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

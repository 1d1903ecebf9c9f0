"""Decisions as the API shows them: every finding with its reason."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from registry.policy.decision import FindingOutcome, Outcome, Verdict

# What was written as 2 is not answered as 2.0, so that the digests of what is read agree.
Number = int | float
Bound = Number | Literal["inf", "-inf", "nan"]


class PolicyShown(TypedDict):
    """Exactly which policy."""

    id: str
    version: str
    digest: str


class CheckShown(TypedDict, total=False):
    """What a rule reads, and its bound, as its author wrote it."""

    metric: str
    budget: str
    forEach: str
    bound: str
    lt: Number
    lte: Number
    gt: Number
    gte: Number
    minN: int
    holdout: str
    maxAge: str


class FindingShown(TypedDict):
    """What one rule found in one scope; a negative margin is how much is lacking."""

    rule: str
    title: str
    policy: PolicyShown | None
    origin: PolicyShown | None
    line: int | None
    outcome: FindingOutcome
    verdict: Verdict
    level: str
    severity: str
    scope: list[str]
    observed: str | Number | None
    expected: str
    margin: Bound | None
    evidence_id: str | None
    said: str
    message: str
    remediation: str | None
    waiver: str | None
    check: CheckShown | None


class DecisionShown(TypedDict):
    """Allow, deny or undecided, and the terms that the policies set together."""

    outcome: Outcome
    findings: list[FindingShown]
    policies: list[PolicyShown]
    quorum: dict[str, int]
    separation: list[str]
    valid_for_days: int | None
    expires_after_days: int | None
    agreements: list[str]
    digest: str
    bases: list[PolicyShown]
    waivers: list[str]
    author_window_days: int | None
    signatures: Literal["optional", "required"]

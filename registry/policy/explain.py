"""A finding as one plain sentence."""

from __future__ import annotations

from typing import Final

from registry.policy.decision import Finding

_VERBS: Final = {
    "pass": "passed",
    "warn": "warns",
    "fail": "failed",
    "missing": "is undecided",
    "waived": "is waived",
    "error": "could not be evaluated",
}


def sentence(finding: Finding) -> str:
    """``FID-001 failed: fidelity.shape[age] is 0.81, at least 0.9 is required (short by 0.09)``."""
    return f"{finding.rule} {_VERBS[finding.outcome]}: {finding.message}"

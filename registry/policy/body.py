"""A decision as JSON-ready values, as it is recorded, reported and printed."""

from __future__ import annotations

from registry.policy.decision import Decision, Finding


def decision_body(decision: Decision) -> dict[str, object]:
    """The whole decision as JSON-ready values, margins included, for the record and the reports."""
    return {
        "outcome": decision.outcome,
        "digest": decision.digest,
        "policies": [policy._asdict() for policy in decision.policies],
        "bases": [policy._asdict() for policy in decision.bases],
        "waivers": list(decision.waivers),
        "findings": [finding_body(finding) for finding in decision.findings],
        "quorum": dict(sorted(decision.quorum.items())),
        "separation": sorted(decision.separation),
        "validForDays": decision.valid_for_days,
        "expiresAfterDays": decision.expires_after_days,
        "signatures": decision.signatures,
        "agreements": list(decision.agreements),
    }


def finding_body(finding: Finding) -> dict[str, object]:
    """One finding as JSON-ready values."""
    said = {"said", "check", "policy", "origin", "scope"}
    plain = {name: value for name, value in finding._asdict().items() if name not in said}
    return {
        **plain,
        "policy": finding.policy._asdict() if finding.policy else None,
        "origin": finding.origin._asdict() if finding.origin else None,
        "scope": list(finding.scope),
        "message": finding.message,
    }

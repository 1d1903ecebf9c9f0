"""A decision as the report that writers are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.cli.outputs.report import About, Level, Report, Result

if TYPE_CHECKING:
    from registry.policy.decision import Finding
    from registry.workflow.checked import Checked

_LEVELS: Final[dict[str, Level]] = {"enforce": "error", "warn": "warning", "audit": "note"}
_OWN: Final = "registry"
_SECURITY: Final = frozenset({"privacy", "dp", "budget"})


def report(checked: Checked, verdict: str) -> Report:
    """Everything the writers say of a decision; ``verdict`` is the sentence people read."""
    decision, wanted = checked.decision, checked.wanted
    return Report(
        title="registry check",
        subject=checked.label,
        verdict=verdict,
        results=tuple(_result(one, checked) for one in decision.findings),
        file=checked.file,
        notes=checked.notes,
        facts={
            "unsigned": checked.unsigned,
            "use": wanted.use,
            "audience": wanted.audience,
            "jurisdiction": wanted.jurisdiction,
            "outcome": decision.outcome,
            "decision": decision.digest,
            "policies": [one._asdict() for one in decision.policies],
        },
    )


def _result(finding: Finding, checked: Checked) -> Result:
    author = finding.origin or finding.policy
    return Result(
        about=_about(finding, checked),
        suite=finding.policy.id if finding.policy else _OWN,
        outcome=finding.outcome,
        message=finding.message,
        scope=finding.scope,
        observed=_observed(finding),
        expected=finding.expected,
        file=checked.file_of(author) if author else None,
        line=finding.line,
        margin=finding.margin,
        excuse=_excuse(finding, checked),
    )


def _excuse(finding: Finding, checked: Checked) -> str | None:
    if finding.waiver is None:
        return None
    return checked.excuses.get(finding.waiver, f"waived by {finding.waiver}")


def _observed(finding: Finding) -> str | None:
    from registry.policy import wording

    if isinstance(finding.observed, float) and finding.check:
        return wording.measured(finding.check, finding.observed)
    return None if finding.observed is None else str(finding.observed)


def _about(finding: Finding, checked: Checked) -> About:
    author = finding.origin or finding.policy
    rule = checked.rule(author, finding.rule) if author else None
    policy = finding.policy.id if finding.policy else _OWN
    return About(
        id=f"{policy}/{finding.rule.removeprefix(f'{_OWN}.')}",
        title=finding.title,
        severity=finding.severity,
        level=_LEVELS[finding.level],
        rationale=rule.rationale if rule else None,
        remediation=checked.remedy(finding),
        tags=_tags(finding, checked),
    )


def _tags(finding: Finding, checked: Checked) -> tuple[str, ...]:
    """What the rule reads, "security" where that protects people, and where it comes from."""
    author = finding.origin or finding.policy
    if author is None or (rule := checked.rule(author, finding.rule)) is None:
        return ("permission",)
    kinds = {one.partition(".")[0] for one in checked.metrics(author, finding.rule)}
    kinds = {"budget" if one == "source" else one for one in kinds}
    security = ["security"] if kinds & _SECURITY else []
    references = [f"{one.scheme} {one.clause}" for one in rule.references]
    return tuple(dict.fromkeys([*security, *sorted(kinds), *references]))

"""The rules of a policy for people: what each demands in words, how strictly, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.policy import wording
from registry.policy.document import Enforcement
from registry.policy.loader import Policy
from registry.policy.rules import Check, Rule
from registry.reports.table import Table, table

CLAIMS: Final = {
    "dp.epsilon": "Epsilon claimed in the card",
    "dp.delta": "Delta claimed in the card",
    "dp.contradicted": "Audits that contradict the claim",
    "dp.lower_bound": "Epsilon that audits rule out",
    "source.exposed_epsilon": "Epsilon spent on the source by releases",
    "source.exposed_delta": "Delta spent on the source by releases",
    "source.run_epsilon": "Epsilon spent on the source by generator runs",
    "source.run_delta": "Delta spent on the source by generator runs",
    "source.budget_used": "Share of the source's budget that is used",
}
"""What is claimed or reckoned, and so is no metric of the catalogue."""
_LEVELS: Final = {
    "audit": "audit (recorded only)",
    "warn": "warn (shown, does not deny)",
    "enforce": "enforce (denies)",
}


@dataclass(frozen=True)
class Reason:
    """Why a rule stands: its grounds, its references, and what to do when it fails."""

    rule: str
    title: str
    rationale: str
    references: tuple[str, ...]
    remediation: str


def rules(policy: Policy, metrics: Mapping[str, str]) -> Table:
    """Every rule that holds, the inherited ones after the policy's own."""
    titles = {**metrics, **CLAIMS}
    heads = (
        "Rule | What it demands | Threshold | Compared | Severity | Level | Missing evidence | From"
    )
    rows = tuple(_row(policy, author, rule, titles) for author, rule in policy.rules)
    return table("Required thresholds", heads, rows, len(rows))


def _row(policy: Policy, author: Policy, rule: Rule, titles: Mapping[str, str]) -> tuple[str, ...]:
    missing = rule.on_missing_evidence or policy.document.spec.on_missing_evidence
    return (
        rule.id,
        _demand(rule, titles),
        wording.expected(rule.check) if rule.check else "true",
        _compared(rule.check, author),
        rule.severity,
        _LEVELS[rule.enforcement] if rule.enforcement else "as the policy",
        {"undecided": "undecided", "deny": "denied"}[missing],
        "this policy" if author is policy else f"{author.id} {author.version}",
    )


def _demand(rule: Rule, titles: Mapping[str, str]) -> str:
    said = _measured(rule.check, titles) if rule.check else f"Expression: {rule.expr}"
    return f"{rule.title}. {said}" if rule.title else said


def _measured(check: Check, titles: Mapping[str, str]) -> str:
    """``Column shape (fidelity.shape), for each column, on at least 100 records``."""
    terms = [
        f"{titles.get(check.reads, check.reads)} ({check.reads})",
        f"for each {check.for_each}" if check.for_each else "",
        f"on at least {check.min_n} records" if check.min_n else "",
        f"measured at most {_days(check.max_age)} before" if check.max_age else "",
        f"holdout {check.holdout}" if check.holdout else "",
    ]
    return ", ".join(term for term in terms if term)


def _days(duration: str) -> str:
    count = int(duration[1:-1])
    return "1 day" if count == 1 else f"{count} days"


def _compared(check: Check | None, author: Policy) -> str:
    """What stands against the threshold: a bound where the metric is sampled, else the value."""
    if check is None:
        return "the expression"
    if check.bound is None:
        return "the value"
    if not author.metrics[check.reads].sampled:
        return "the value (it has no interval)"
    return f"the {check.bound} bound of the interval"


def reasons(policy: Policy) -> tuple[Reason, ...]:
    """The grounds of every rule that holds."""
    return tuple(
        Reason(
            rule=rule.id,
            title=rule.title or (wording.demand(rule.check) if rule.check else str(rule.expr)),
            rationale=rule.rationale or "The policy states no rationale.",
            references=tuple(f"{one.scheme}, {one.clause}" for one in rule.references),
            remediation=rule.remediation or "The policy states no remedy.",
        )
        for _, rule in policy.rules
    )


def levels(enforcement: Enforcement) -> Table:
    """The level before the first step of the ramp, and from each step on."""
    steps = [("until then" if enforcement.ramp else "always", enforcement.default)]
    steps += [(f"from {step.start}", step.level) for step in enforcement.ramp]
    rows = tuple((when, _LEVELS[level]) for when, level in steps)
    return table("Level of the rules that name none", "When | Level", rows, len(rows))

"""Shows a decision: one line a rule with observed, expected and margin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.cli.output import Format, list_as_text, one_as_text, say

if TYPE_CHECKING:
    from registry.policy.engine import Finding
    from registry.workflow.checked import Checked

COLUMNS = ["outcome", "rule", "title", "scope", "observed", "expected", "margin"]
_WORDS = {"allow": "ALLOWED", "deny": "DENIED", "undecided": "NOT DECIDED"}
_RANK = {"error": 0, "fail": 1, "missing": 2, "waived": 3, "warn": 4, "pass": 5}


def text_of(checked: "Checked", format: Format, *, every: bool, quiet: bool) -> str:
    """The findings as data; ``every`` lists each scope of a rule, ``quiet`` the rules alone."""
    decision = checked.decision
    if format is Format.JSON and not quiet:
        from registry.policy.body import decision_body

        advice = {"unsigned": True, "notes": list(checked.notes)} if checked.unsigned else {}
        return one_as_text({"dataset": checked.label, **advice, **decision_body(decision)}, format)
    groups = _by_rule(decision.findings)
    shown = decision.findings if every else [_worst(group) for group in groups]
    rows = [_row(finding, 1 if every else len(_same(finding, groups))) for finding in shown]
    columns = COLUMNS + (["policy"] if len(decision.policies) > 1 else [])
    return list_as_text(rows, columns if not quiet else ["rule"], format, quiet=quiet)


def verdict(checked: "Checked") -> str:
    """The outcome in one sentence: what was asked, how many rules pass, by which policies."""
    decision, wanted = checked.decision, checked.wanted
    groups = _by_rule(decision.findings)
    failed = sum(_worst(group).outcome != "pass" for group in groups)
    place = f" in {wanted.jurisdiction}" if wanted.jurisdiction else ""
    return (
        f"{checked.label} for {wanted.use}, {wanted.audience}{place}: {_WORDS[decision.outcome]} "
        f"({len(groups) - failed} of {len(groups)} rules pass, "
        f"by {', '.join(f'{one.id} {one.version}' for one in decision.policies) or 'no policy'})"
    )


def say_verdict(checked: "Checked") -> None:
    """The verdict for people, with a line for each rule that does not pass."""
    from registry.policy.explain import sentence

    say(verdict(checked))
    for worst in map(_worst, _by_rule(checked.decision.findings)):
        if worst.outcome != "pass":
            say(f"  - {sentence(worst)}")
    if checked.lacks_evaluation:
        say(f"next: run `{checked.evaluation}`")


def _key(finding: "Finding") -> tuple[str, str]:
    return (finding.policy.id if finding.policy else "", finding.rule)


def _by_rule(findings: Sequence["Finding"]) -> list[list["Finding"]]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    return list(groups.values())


def _same(finding: "Finding", groups: list[list["Finding"]]) -> list["Finding"]:
    return next(group for group in groups if _key(group[0]) == _key(finding))


def _worst(group: list["Finding"]) -> "Finding":
    def badness(finding: "Finding") -> tuple[int, float]:
        margin = finding.margin if finding.margin is not None else 0.0
        return (_RANK[finding.outcome], margin)

    return min(group, key=badness)


def _row(finding: "Finding", alike: int) -> dict[str, object]:
    scope = ", ".join(finding.scope)
    if alike > 1:
        scope += f" (worst of {alike})"
    policy = finding.policy
    return {
        "outcome": finding.outcome,
        "rule": finding.rule,
        "title": finding.title,
        "scope": scope or None,
        "observed": finding.observed,
        "expected": finding.expected,
        "margin": finding.margin,
        "policy": f"{policy.id} {policy.version}" if policy else "registry",
        "message": finding.message,
        "line": finding.line,
        "evidence": finding.evidence_id,
    }

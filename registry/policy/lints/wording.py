"""POL-1xx: what a rule tells the people who meet it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from registry.policy.lints.rule import About, Hit, LintRule
from registry.policy.rules import Rule


def _lacking(
    name: str, concerns: Callable[[Rule], bool], said: str
) -> Callable[[About], Iterator[Hit]]:
    """The rules that leave a field out although they are concerned."""

    def find(about: About) -> Iterator[Hit]:
        for rule, path in about.written:
            if concerns(rule) and not getattr(rule, name):
                yield Hit(path, said.format(id=rule.id, severity=rule.severity))

    return find


def _always(_: Rule) -> bool:
    return True


def _silent(about: About) -> Iterator[Hit]:
    for rule, path in about.written:
        if rule.expr is not None and rule.message is None:
            yield Hit(path, f"{rule.id} is an expression without a message")


RULES: Final = (
    LintRule(
        id="POL-101",
        name="no-rationale",
        severity="warning",
        find=_lacking("rationale", _always, "{id} does not say why it is there"),
        why="A threshold without a reason can be neither defended before an auditor nor revised.",
        example="- {id: PRV-001, check: {metric: privacy.linkability, bound: upper, lte: 0.2}}",
        remedy="say in rationale where the demand comes from, or that it is a convention",
    ),
    LintRule(
        id="POL-102",
        name="no-title",
        severity="info",
        find=_lacking("title", _always, "{id} has no title"),
        why="Reports name a rule by its title; without one they show the bare comparison.",
        example="- {id: PRV-001, check: {...}, rationale: ...}",
        remedy="give the rule a title that says what is so when it holds",
    ),
    LintRule(
        id="POL-103",
        name="no-remediation",
        severity="warning",
        find=_lacking(
            "remediation",
            lambda rule: rule.severity in ("critical", "high"),
            "{id} is {severity} and does not say what to do when it fails",
        ),
        why="Whoever meets a failed rule must know what to change; else a waiver is all they ask.",
        example="- {id: PRV-001, severity: critical, check: {...}}  # no remediation",
        remedy="say in remediation what a generator's author can change",
    ),
    LintRule(
        id="POL-104",
        name="no-references",
        severity="warning",
        find=_lacking(
            "references",
            lambda rule: rule.severity == "critical",
            "{id} is critical and refers to no law, standard or paper",
        ),
        why="A demand that can stop a release should rest on more than its author's word.",
        example="- {id: PRV-001, severity: critical, check: {...}}  # no references",
        remedy="name the law, standard or paper in references, or lower the severity",
    ),
    LintRule(
        id="POL-105",
        name="silent-expression",
        severity="info",
        find=_silent,
        why="A failed check words itself; a failed expression can only repeat its own code.",
        example='- {id: X-001, expr: "dataset.rows >= 1000"}  # no message',
        remedy="say in message what is wrong when the expression is false",
    ),
)

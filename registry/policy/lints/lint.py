"""Lint: hazards and carelessness in a policy that loads, each with its place and its remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from registry import marked_yaml
from registry.marked_yaml import Path, spelled
from registry.policy.lints import RULES
from registry.policy.lints.allowing import IDLE, UNKNOWN, WITHOUT_REASON, Allowed, allowed
from registry.policy.lints.rule import SEVERITIES, About, Hit, LintRule, Severity
from registry.policy.loader import Policy

__all__ = ["Lint", "at_least", "lint"]


@dataclass(frozen=True)
class Lint:
    """One finding: the rule's ``id`` and ``title``, ``where`` it is so (a path, with the line and
    column of the file), what is so, and what ends it.
    """

    id: str
    title: str
    severity: Severity
    file: str
    where: Path
    line: int
    column: int
    message: str
    remedy: str
    fixable: bool

    @property
    def place(self) -> str:
        """``file:line:column``."""
        return f"{self.file}:{self.line}:{self.column}"


def lint(
    policy: Policy,
    siblings: Sequence[Policy] = (),
    tested: bool | None = None,
    *,
    cases: Collection[str] | None = None,
    now: datetime | None = None,
) -> list[Lint]:
    """What is hazardous or careless in a policy, in the order of its file.

    ``siblings`` are the policies in effect beside it; ``tested`` says whether it has a file of test
    cases (None: nobody looked) and ``cases`` which rules and metrics those name. Without ``now`` no
    day is judged. Comments ``# lint: allow ID reason`` take findings out.
    """
    marked = marked_yaml.load(policy.source, policy.name)
    others = [one for one in siblings if one is not policy]
    about = About(policy, marked, others, tested, cases, now)
    found = [_lint(about, rule, hit) for rule in RULES.values() for hit in rule.find(about)]
    kept = list(_sorted_out(about, found, allowed(_text(policy))))
    return sorted(kept, key=lambda one: (one.line, one.column, one.id, one.message))


def at_least(severity: Severity, lowest: Severity) -> bool:
    """Whether a finding is as severe as ``lowest``, or more."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(lowest)


def _lint(about: About, rule: LintRule, hit: Hit) -> Lint:
    mark = about.marked.marks[about.marked.nearest(hit.path)]
    return _at(about, rule, hit, mark.line, mark.column)


def _at(about: About, rule: LintRule, hit: Hit, line: int, column: int) -> Lint:
    return Lint(
        id=rule.id,
        title=rule.name,
        severity=rule.severity,
        file=about.policy.name,
        where=hit.path,
        line=line,
        column=column,
        message=hit.message or spelled(hit.path),
        remedy=rule.remedy,
        fixable=rule.fixable,
    )


def _sorted_out(about: About, found: Sequence[Lint], comments: Sequence[Allowed]) -> Iterator[Lint]:
    """The findings that no comment allows, and what is wrong with the comments."""
    effective = [one for one in comments if one.ids and one.reason]
    used: set[tuple[int, str]] = set()
    for one in found:
        by = [each for each in effective if one.id in each.ids and _lines(about, one) & each.covers]
        used |= {(each.line, one.id) for each in by}
        if not by:
            yield one
    for comment in comments:
        yield from _about_comment(about, comment, used)


def _lines(about: About, one: Lint) -> set[int]:
    """Where a comment may stand to allow a finding: at its line, and at that of its rule."""
    lines = {one.line}
    if one.where[:2] == ("spec", "rules") and len(one.where) > 2:
        lines.add(about.marked.marks[one.where[:3]].line)
    return lines


def _about_comment(
    about: About, comment: Allowed, used: Collection[tuple[int, str]]
) -> Iterator[Lint]:
    for name in comment.ids:
        if name not in RULES:
            hit = Hit((), f"there is no rule {name} to allow")
            yield _at(about, UNKNOWN, hit, comment.line, 1)
        elif comment.reason and (comment.line, name) not in used:
            hit = Hit((), f"{name} is allowed here, and nothing is found")
            yield _at(about, IDLE, hit, comment.line, 1)
    if not comment.ids or not comment.reason:
        hit = Hit((), f"{', '.join(comment.ids) or 'something'} is allowed without a reason")
        yield _at(about, WITHOUT_REASON, hit, comment.line, 1)


def _text(policy: Policy) -> str:
    return policy.source.decode().removeprefix("\ufeff").replace("\r\n", "\n")

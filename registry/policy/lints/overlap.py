"""POL-4xx: rules that say what others say already, or the contrary."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Final

from registry.policy.comparing.rule_changes import rule_changes
from registry.policy.expression import names_in
from registry.policy.lints.rule import About, Hit, LintRule
from registry.policy.loader import Policy
from registry.policy.rules import Check, Rule
from registry.yaml_reader import Path

Pair = tuple[tuple[Rule, Check, Path], tuple[Rule, Check, Path]]


def _pairs(about: About) -> Iterator[Pair]:
    """Two rules that read the same thing for the same scopes, one of them of this file."""
    checks = [(rule, rule.check, path) for rule, path in about.held if rule.check]
    for one, other in combinations(checks, 2):
        same = (one[1].reads, one[1].for_each) == (other[1].reads, other[1].for_each)
        if same and _is_own(one[2]):
            yield one, other


def _is_own(path: Path) -> bool:
    return path[:2] == ("spec", "rules")


def _redundant(about: About) -> Iterator[Hit]:
    for pair in _pairs(about):
        # The later one of two that demand the same goes.
        for (rule, _, _), (less, _, path) in permutations(pair):
            if _is_own(path) and _implies(about, rule, less):
                yield Hit(path, f"{less.id} demands nothing that {rule.id} does not demand as well")
                break


def _implies(about: About, rule: Rule, other: Rule) -> bool:
    """Whether whatever fails ``other`` fails ``rule`` too, as strictly and as surely."""
    allowed = about.spec.waivers.allowed if about.spec.waivers else ()
    if rule.id in allowed and other.id not in allowed:
        return False
    if rule.check and other.check and rule.check.upward != other.check.upward:
        return False
    renamed = rule.model_copy(update={"id": other.id})
    changes = rule_changes({other.id: other}, {other.id: renamed})
    return all(change.direction != "loosened" for change in changes)


def _contrary(about: About) -> Iterator[Hit]:
    for (rule, check, path), (other, second, _) in _pairs(about):
        if check.upward == second.upward:
            continue
        floor, ceiling = (check, second) if check.upward else (second, check)
        strict = "gt" in (floor.comparison,) or "lt" in (ceiling.comparison,)
        room = ceiling.threshold - floor.threshold
        if room < 0 or (room == 0 and strict):
            yield Hit(path, f"no value of {check.reads} meets both {rule.id} and {other.id}")


def _restated(about: About) -> Iterator[Hit]:
    for rule, path in about.written:
        for author, base in _inherited(about.policy):
            if base.id == rule.id:
                if base == rule and _means_the_same(about, rule, author):
                    what = f"{rule.id} stands in {author.id} {author.version} with the same words"
                    yield Hit(path, what)
                break  # the first base that has it would be followed


def _inherited(policy: Policy) -> Iterator[tuple[Policy, Rule]]:
    for base in policy.bases:
        yield from base.rules


def _means_the_same(about: About, rule: Rule, author: Policy) -> bool:
    """Parameters of an expression and its message are those of the policy that writes it."""
    named = {name for name in names_in(rule.expr or "") if name.startswith("params.")}
    if named or "{params." in (rule.message or ""):
        return about.spec.params == author.document.spec.params
    return True


RULES: Final = (
    LintRule(
        id="POL-401",
        name="redundant-rule",
        severity="warning",
        find=_redundant,
        why="The looser of two rules on one metric decides nothing, and fools whoever edits it.",
        example="two rules on privacy.linkability, bound: upper: lte: 0.2 and lte: 0.3",
        remedy="drop the looser rule, or give it the level or the terms that it was meant to have",
    ),
    LintRule(
        id="POL-402",
        name="contradictory-rules",
        severity="error",
        find=_contrary,
        why="A floor above a ceiling denies every request.",
        example="fidelity.quality gte: 0.9 in one rule and lte: 0.8 in another",
        remedy="leave room between the two thresholds, or drop one of the rules",
    ),
    LintRule(
        id="POL-403",
        name="restated-rule",
        severity="warning",
        find=_restated,
        why="A copy of a base's rule does not follow when the base is tightened.",
        example="a rule that stands word for word in the policy that is extended",
        remedy="drop the copy: the base's rule holds anyway",
        fixable=True,
    ),
)

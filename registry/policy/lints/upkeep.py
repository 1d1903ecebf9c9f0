"""POL-7xx: what keeps a policy true while years pass and hands change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from registry.policy.expiry import expired
from registry.policy.expression import names_in, placeholders
from registry.policy.lints.rule import About, Hit, LintRule
from registry.policy.params import used
from registry.policy.rules import COMPARISONS
from registry.yaml_reader import Path


def _no_review(about: About) -> Iterator[Hit]:
    if about.policy.document.metadata.review_by is None:
        yield Hit(("metadata",), "the policy names no day by which it is to be reviewed")


def _overdue(about: About) -> Iterator[Hit]:
    day = about.policy.document.metadata.review_by
    if day is not None and about.now is not None and expired(day, about.now):
        yield Hit(("metadata", "reviewBy"), f"the policy was to be reviewed by {day}")


def _unused(about: About) -> Iterator[Hit]:
    named = used(about.marked.data) | _spoken(about)
    for name in about.spec.params:
        if name not in named:
            yield Hit(("spec", "params", name), f"no rule uses the parameter {name}")


def _spoken(about: About) -> set[str]:
    """The parameters that expressions and messages name."""
    names = {
        name
        for rule in about.spec.rules
        for name in (*names_in(rule.expr or ""), *placeholders(rule.message or ""))
    }
    return {name.split(".")[1] for name in names if name.startswith("params.")}


def _repeated(about: About) -> Iterator[Hit]:
    """The same number, written out in several checks."""
    places: dict[float, list[Path]] = defaultdict(list)
    for _, path in about.written:
        for name in COMPARISONS:
            where: Path = (*path, "check", name)
            number = about.raw(where)
            if isinstance(number, int | float) and number not in (0, 1):
                places[number].append(where)
    for number, found in places.items():
        if len(found) > 1:
            said = ", ".join(str(about.raw((*path[:3], "id"))) for path in found)
            yield Hit(found[1], f"{number} is written out in {said}")


def _twice(about: About) -> Iterator[Hit]:
    owners = about.policy.document.metadata.owners
    for index, owner in enumerate(owners):
        if owner in owners[:index]:
            yield Hit(("metadata", "owners", index), f"{owner} is named twice")


def _untested(about: About) -> Iterator[Hit]:
    if about.tested is False and about.spec.match is not None:
        yield Hit(("metadata", "id"), "no file of test cases stands beside the policy")


def _without_case(about: About) -> Iterator[Hit]:
    if about.cases is None or about.spec.match is None:
        return
    for rule, path in about.written:
        if rule.id not in about.cases and not _measured(about, rule.id):
            yield Hit(path, f"no test case names {rule.id} or what it reads")


def _measured(about: About, rule: str) -> bool:
    one = next(each for each in about.spec.rules if each.id == rule)
    reads = [one.check.reads] if one.check else about.policy.expressions[rule].metrics
    return bool(about.cases and set(reads) & set(about.cases))


def _same_name(about: About) -> Iterator[Hit]:
    own = about.policy
    for other in about.siblings:
        if (other.id, other.version) == (own.id, own.version) and other.digest != own.digest:
            yield Hit(("metadata", "id"), f"{other.name} has the same id and version, and differs")


RULES: Final = (
    LintRule(
        id="POL-701",
        name="no-review-date",
        severity="warning",
        find=_no_review,
        why="A policy that nobody has to look at again is one that nobody looks at again.",
        example="metadata: {id: x, version: 1.0.0, owners: [privacy-office]}",
        remedy="set metadata.reviewBy",
    ),
    LintRule(
        id="POL-702",
        name="review-overdue",
        severity="error",
        find=_overdue,
        why="After its review date a policy leaves every request undecided.",
        example='metadata: {reviewBy: "2020-01-01", ...}',
        remedy="review the policy and publish it with a new date",
    ),
    LintRule(
        id="POL-703",
        name="unused-parameter",
        severity="warning",
        find=_unused,
        why="Whoever changes a parameter that no rule uses believes to have changed something.",
        example="params: {maxEpsilon: 3.0}  # and no ${params.maxEpsilon}",
        remedy="use the parameter, or drop it",
        fixable=True,
    ),
    LintRule(
        id="POL-704",
        name="repeated-number",
        severity="info",
        find=_repeated,
        why="A number that stands in several rules is changed in all but one of them.",
        example="lte: 0.2 in PRV-002 and in PRV-003",
        remedy="name it once in spec.params, if it is one decision and not a coincidence",
    ),
    LintRule(
        id="POL-705",
        name="repeated-owner",
        severity="info",
        find=_twice,
        why="A name that stands twice was meant to be another.",
        example="owners: [legal, legal]",
        remedy="drop it, or write the name that was meant",
        fixable=True,
    ),
    LintRule(
        id="POL-706",
        name="no-tests",
        severity="warning",
        find=_untested,
        why="A policy is a program that people's data depends on; its cases show what it was for.",
        example="partner-sharing.yaml without partner-sharing_test.yaml",
        remedy="write cases in a file that ends in _test.yaml; see `registry policy test`",
    ),
    LintRule(
        id="POL-707",
        name="rule-without-case",
        severity="info",
        find=_without_case,
        why="A rule that no case reads can be weakened and nobody notices.",
        example="a rule PRV-004, and no case that names it or its metric",
        remedy="add a case that it fails and one that it passes",
    ),
    LintRule(
        id="POL-708",
        name="ambiguous-version",
        severity="error",
        find=_same_name,
        why="Two texts under one id and version cannot both be what a decision names.",
        example="two files with metadata: {id: partner-sharing, version: 1.0.0}",
        remedy="raise the version of the newer one",
    ),
)

"""Lints policy files, and mends what can be mended without a change of meaning."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from registry.clock import system_clock
from registry.errors import InvalidInput, NotFound
from registry.marked_yaml import spelled, suggestion
from registry.policy.casework.cases import load_cases
from registry.policy.comparing.changes import difference
from registry.policy.lints import RULES
from registry.policy.lints.fix import without
from registry.policy.lints.lint import Lint, lint
from registry.policy.lints.rule import LintRule
from registry.policy.loader import Policy, load_policy
from registry.workflow.files import read_document
from registry.workflow.metrics import known_metrics
from registry.workflow.policy_files import policy_files, read_policies
from registry.workflow.rewrite import rewrite


@dataclass(frozen=True)
class Linted:
    """What remains to be said of the files, and what was ended in them."""

    findings: list[Lint]
    fixed: list[Lint]


@dataclass(frozen=True)
class _Tests:
    """Whether a policy has a file of cases, and the rules and metrics that those name."""

    there: bool
    named: frozenset[str] | None


def policy_lint(
    places: Sequence[Path],
    folder: Path | None = None,
    *,
    fix: bool = False,
    now: datetime | None = None,
) -> Linted:
    """The findings of files and folders; with ``fix`` what can safely be ended is, in the files.

    Raises ``InvalidInput`` for a file that does not load.
    """
    paths, policies = policy_files(places), read_policies(places, folder)
    tests = [_tests(path) for path in paths]
    today = now or system_clock()
    linted = Linted([], [])
    if fix:
        pairs = zip(paths, policies, strict=True)
        policies = [_mended(path, policy, linted.fixed) for path, policy in pairs]
    for path, policy, test in zip(paths, policies, tests, strict=True):
        found = lint(policy, policies, test.there, cases=test.named, now=today)
        linted.findings.extend(replace(one, file=str(path)) for one in found)
    return linted


def lint_rules() -> list[dict[str, object]]:
    """Every rule of the linter, without its example."""
    return [_told(rule) for rule in sorted(RULES.values(), key=lambda rule: rule.id)]


def lint_rule(name: str) -> dict[str, object]:
    """One rule by id or by name, with an example; raises `NotFound` with the nearest."""
    found = {key: rule for rule in RULES.values() for key in (rule.id, rule.name)}
    if name not in found:
        raise NotFound(
            f"there is no lint rule {name!r}",
            expected=suggestion(name, found),
            todo="see `registry policy lint --rules`",
        )
    return {**_told(found[name]), "example": found[name].example}


def lint_row(one: Lint) -> dict[str, object]:
    """A finding as a row of a list."""
    return {**asdict(one), "where": spelled(one.where), "place": one.place}


def _told(rule: LintRule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": rule.severity,
        "fixable": rule.fixable,
        "why": rule.why,
        "remedy": rule.remedy,
    }


def _mended(path: Path, policy: Policy, fixed: list[Lint]) -> Policy:
    """The policy as it reads after all safe fixes, each of which is written at once or not."""
    before, current = policy.source, policy
    done: list[Lint] = []
    while step := _step(current):
        finding, current = step
        done.append(replace(finding, file=str(path)))
    if done:
        rewrite(path, before, current.source)
    fixed.extend(done)
    return current


def _step(policy: Policy) -> tuple[Lint, Policy] | None:
    """The first finding that can be ended, and the policy without it."""
    for finding in lint(policy):
        after = without(policy.source, finding) if finding.fixable else None
        mended = _loaded(after, policy) if after is not None else None
        if mended and _same(policy, mended):
            return finding, mended
    return None


def _loaded(source: bytes, policy: Policy) -> Policy | None:
    try:
        found = load_policy(source, policy.name, known_metrics())
    except InvalidInput:
        return None
    same = found.document.spec.extends == policy.document.spec.extends
    return replace(found, bases=policy.bases) if same else None


def _same(before: Policy, after: Policy) -> bool:
    """Whether nothing but words and parameters without effect changed, the version not either."""
    kept = before.document.metadata.version == after.document.metadata.version
    changes = difference(before, after).changes
    return kept and all(change.direction == "text" for change in changes)


def _tests(path: Path) -> _Tests:
    """The cases beside a policy file, by the same names as ``registry policy test`` looks for."""
    beside = [path.with_name(f"{path.stem}_test{end}") for end in (".yaml", ".yml")]
    there = [one for one in beside if one.exists()]
    if not there:
        return _Tests(False, None)
    return _Tests(True, frozenset().union(*(_named(one) for one in there)))


def _named(path: Path) -> frozenset[str]:
    file = load_cases(read_document(path, "policy test"), path.name).document
    rules = {key.partition("[")[0] for case in file.cases for key in case.expect.findings}
    spoken = {name for case in file.cases for name in case.without}
    measured = {one.metric for case in file.cases for one in case.with_}
    return frozenset(rules | measured | {name.partition("[")[0] for name in spoken})

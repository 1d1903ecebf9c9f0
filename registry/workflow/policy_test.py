"""Tests policies by the cases beside them: results, coverage, boundaries, and weakened copies."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from registry.errors import InvalidInput
from registry.marked_yaml import Problem, refusal, suggestion
from registry.policy.casework.boundaries import Boundary, boundaries, stands
from registry.policy.casework.cases import CaseFile, load_cases
from registry.policy.casework.coverage import Covered, coverage
from registry.policy.casework.testing import Prepared, Result, askable, prepared, run_cases
from registry.policy.loader import Policy
from registry.policy.mutating.mutants import Mutant, mutants
from registry.policy.mutating.mutation import Fate, fates
from registry.workflow.files import read_document
from registry.workflow.metrics import known_metrics
from registry.workflow.policy_files import is_test, policy_files, read_policies

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Tested:
    """What came of the tests of all policies; ``covered`` is of the cases that were run."""

    policies: tuple[str, ...] = ()
    results: list[Result] = field(default_factory=list)
    covered: list[Covered] = field(default_factory=list)
    bounds: list[tuple[Boundary, bool]] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)


def policy_test(
    places: Sequence[Path],
    folder: Path | None = None,
    *,
    run: str | None = None,
    generate: bool = False,
    mutate: bool = False,
    progress: Progress | None = None,
) -> Tested:
    """Run the cases of the policies in files and folders; ``run`` is a pattern of their names.

    With ``generate`` every threshold is tried from both sides; with ``mutate`` weakened copies of
    the policies must be noticed. Raises ``InvalidInput`` for a file that cannot be read.
    """
    files = policy_files(_policy_of(place) for place in places)
    policies = read_policies(list({file.resolve(): file for file in files}.values()), folder)
    wanted, metrics = _pattern(run), known_metrics()
    cases: dict[str, list[Prepared]] = {policy.id: [] for policy in policies}
    for path in _case_files(places):
        file = load_cases(read_document(path, "policy test"), path.name)
        policy = _named(file, policies)
        cases[policy.id] += [
            one for one in prepared(file, policy, metrics) if wanted.search(one.name)
        ]
    tested = Tested(tuple(policy.id for policy in policies))
    for policy in policies:
        _test(policy, cases[policy.id], tested, generate)
    if mutate:
        tested.fates.extend(_mutate(policies, cases, tested, progress))
    return tested


def _test(policy: Policy, cases: Sequence[Prepared], tested: Tested, generate: bool) -> None:
    results = run_cases(policy, cases)
    tested.results.extend(results)
    tested.covered.extend(coverage(policy, results))
    governed = next((one.case.question for one in results if one.decision.policies), None)
    if generate and governed:
        asked = askable(policy)
        tested.bounds.extend((one, stands(asked, one)) for one in boundaries(policy, governed))


def _mutate(
    policies: Sequence[Policy],
    cases: dict[str, list[Prepared]],
    tested: Tested,
    progress: Progress | None,
) -> list[Fate]:
    """Only what the policy itself passes can tell a mutant from it."""
    made: list[tuple[Policy, Mutant]] = [(one, each) for one in policies for each in mutants(one)]
    passed = {id(result.case) for result in tested.results if result.passed}
    held = {one: [each for each in cases[one] if id(each) in passed] for one in tested.policies}
    found: list[Fate] = []
    for number, (policy, mutant) in enumerate(made, start=1):
        bounds = [one for one, stood in tested.bounds if stood and one.policy == policy.id]
        found += fates([mutant], held[policy.id], bounds)
        if progress:
            progress(policy.id, number, len(made))
    return found


def _policy_of(place: Path) -> Path:
    """The policy that a file of cases is beside; any other place itself."""
    if not place.is_dir() and is_test(place):
        return place.with_name(re.sub(r"_test(\.ya?ml)$", r"\1", place.name))
    return place


def _case_files(places: Sequence[Path]) -> list[Path]:
    """The files of cases in folders, and beside the policies that are named."""
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            here = sorted([*place.glob("*.yaml"), *place.glob("*.yml")])
            found += [file for file in here if is_test(file)]
        elif is_test(place):
            found.append(place)
        else:
            beside = [place.with_name(f"{place.stem}_test{end}") for end in (".yaml", ".yml")]
            found += [file for file in beside if file.exists()]
    return list({file.resolve(): file for file in found}.values())


def _named(file: CaseFile, policies: Sequence[Policy]) -> Policy:
    """The policy that a file of cases names; one that nobody knows would never be tested."""
    wanted = file.document.policy
    found = [policy for policy in policies if policy.id == wanted]
    if len(found) == 1:
        return found[0]
    what = f"unknown policy {wanted!r}"
    near = suggestion(wanted, {policy.id for policy in policies})
    if found:
        what, near = f"{len(found)} policies are called {wanted!r}", "one file for each id"
    raise refusal(file.marked, [Problem(("policy",), what, near)])


def _pattern(text: str | None) -> re.Pattern[str]:
    try:
        return re.compile(text or "")
    except re.error as error:
        raise InvalidInput(
            f"--run is no regular expression: {error}", expected="a pattern, as in 'copies|leak'"
        ) from None

"""``registry policy test``: the cases beside a policy, and how much they watch over."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import PolicyDir, Quiet, Shape
from registry.cli.output import Format, Record, say
from registry.cli.outputs.formats import Outputs
from registry.cli.progress import progress_bar

if TYPE_CHECKING:
    from registry.workflow.policy_test import Tested

_COLUMNS = ["outcome", "kind", "policy", "line", "name", "detail"]
_PATIENCE = 1.0  # seconds before a bar appears
_SOUND = {"pass", "covered", "killed", "equivalent", "refused"}


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command("test")(test)


def test(
    places: Annotated[list[Path], typer.Argument(help="Policies, their tests, or folders.")],
    run: Annotated[
        str | None, typer.Option("--run", metavar="REGEX", help="Only cases whose name matches.")
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Show what no case sees pass, or not pass.")
    ] = False,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=100, metavar="PERCENT", help="Least coverage; implies --coverage."),
    ] = None,
    boundaries: Annotated[
        bool, typer.Option("--boundaries", help="Try every threshold from both sides as well.")
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Weaken the policies and show what goes unnoticed.")
    ] = False,
    mutation_threshold: Annotated[
        float | None,
        typer.Option(min=0, max=100, metavar="PERCENT", help="Least score; implies --mutate."),
    ] = None,
    fail_on_empty: Annotated[
        bool, typer.Option("--fail-on-empty", help="Exit 1 where a policy has no case to run.")
    ] = False,
    folder: PolicyDir = None,
    format: Shape = Format.TABLE,
    output: Outputs = None,
    quiet: Quiet = False,
) -> None:
    """Run the test cases of policies, from the files *_test.yaml beside them.

    Exits 1 if a case fails, or if a threshold is not reached.

    Example: registry policy test policies --coverage --threshold 100 --mutate
    """
    from registry.cli.outputs.rows import of_test
    from registry.cli.outputs.write import show_rows
    from registry.workflow.policy_test import policy_test

    mutate = mutate or mutation_threshold is not None
    coverage = coverage or threshold is not None
    with _patient_bar("mutants") as report:
        tested = policy_test(
            places, folder, run=run, generate=boundaries, mutate=mutate, progress=report
        )
    rows = [*_rows(tested, coverage)]
    brief = format in (Format.TABLE, Format.MD) or quiet
    shown = [row for row in rows if not brief or _shown(row)]
    columns = ["name"] if quiet else _COLUMNS
    show_rows(
        *(shown, columns, of_test(rows), output or [], format), quiet=quiet, empty="no case was run"
    )
    for line in _summary(tested, rows, coverage, boundaries, mutate):
        say(line)
    if _falls_short(tested, rows, threshold, mutation_threshold, fail_on_empty):
        raise typer.Exit(1)


@contextmanager
def _patient_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar that appears only where the work takes longer than a moment."""
    began = time.monotonic()
    with ExitStack() as stack:
        bars: list[Callable[[str, int, int], None]] = []

        def report(now: str, done: int, total: int) -> None:
            if not bars and time.monotonic() - began > _PATIENCE:
                bars.append(stack.enter_context(progress_bar(title)))
            for bar in bars:
                bar(now, done, total)

        yield report


def _shown(row: Record) -> bool:
    """In brief: every case, and of the rest what went wrong."""
    return row["kind"] == "case" or row["outcome"] not in _SOUND


def _rows(tested: "Tested", coverage: bool) -> Iterator[Record]:
    for one in tested.results:
        outcome = "pass" if one.passed else "fail"
        detail = "; ".join(map(str, one.mismatches)) or None
        yield _row(outcome, "case", one.policy, one.case.line, one.case.name, detail)
    for bound, stood in tested.bounds:
        said = None if stood else f"the rule must {'hold' if bound.holds else 'not hold'}"
        outcome = "pass" if stood else "fail"
        yield _row(outcome, "boundary", bound.policy, bound.line, bound.name, said)
    for rule in tested.covered if coverage else ():
        said = f"no case sees {rule.lacks}" if rule.lacks else None
        outcome = "covered" if rule.whole else "uncovered"
        yield _row(outcome, "coverage", rule.policy, rule.line, rule.rule, said)
    for fate in tested.fates:
        by = "the generated case" if fate.generated else "the case"
        said = f"by {by} {fate.killer!r}" if fate.killer else _WHY.get(fate.outcome)
        yield _row(fate.outcome, "mutant", fate.policy, fate.line, fate.what, said)


_WHY = {
    "survived": "no case notices",
    "refused": "it does not load",
    "equivalent": "it decides alike",
}


def _row(
    outcome: str, kind: str, policy: str, line: int | None, name: str, detail: str | None
) -> Record:
    return {
        "name": name,
        "outcome": outcome,
        "kind": kind,
        "policy": policy,
        "line": line,
        "detail": detail,
    }


def _summary(
    tested: "Tested", rows: list[Record], coverage: bool, boundaries: bool, mutate: bool
) -> Iterator[str]:
    yield f"cases: {_count(rows, 'case', 'pass')} pass, {_count(rows, 'case', 'fail')} fail"
    if boundaries:
        passed, failed = (_count(rows, "boundary", one) for one in ("pass", "fail"))
        yield f"boundaries: {passed} pass, {failed} fail"
    if coverage:
        from registry.policy.casework.coverage import percentage

        whole = sum(one.whole for one in tested.covered)
        share = _percent(percentage(tested.covered))
        yield f"coverage: {share} ({whole} of {len(tested.covered)} rules and branches)"
    if mutate:
        from registry.policy.mutating.mutation import score

        counts = {one: _count(rows, "mutant", one) for one in _FATES}
        generated = sum(one.generated for one in tested.fates)
        told = ", ".join(f"{number} {word}" for word, number in counts.items())
        by = f"; {generated} only by generated cases" if generated else ""
        yield f"mutation score: {_percent(score(tested.fates))} ({told}{by})"


_FATES = ("killed", "survived", "equivalent", "refused")


def _percent(share: float) -> str:
    """Never rounded up to a hundred."""
    return f"{int(share * 10) / 10:g} %"


def _count(rows: list[Record], kind: str, outcome: str) -> int:
    return sum(row["kind"] == kind and row["outcome"] == outcome for row in rows)


def _falls_short(
    tested: "Tested",
    rows: list[Record],
    threshold: float | None,
    mutation_threshold: float | None,
    fail_on_empty: bool,
) -> bool:
    from registry.policy.casework.coverage import percentage
    from registry.policy.mutating.mutation import score

    tried = {result.policy for result in tested.results}
    empty = fail_on_empty and bool(set(tested.policies) - tried)
    uncovered = threshold is not None and percentage(tested.covered) < threshold
    unwatched = mutation_threshold is not None and score(tested.fates) < mutation_threshold
    return empty or uncovered or unwatched or any(row["outcome"] == "fail" for row in rows)

"""``registry policy lint``: hazards and carelessness in policy files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import PolicyDir, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.outputs.formats import Outputs


class FailOn(StrEnum):
    """The least severity that fails the command."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command("lint")(lint)


def lint(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Policy files, or folders of them.")
    ] = None,
    folder: PolicyDir = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit 1 on findings of this severity, or more.")
    ] = FailOn.WARNING,
    fix: Annotated[
        bool, typer.Option("--fix", help="End in the files what can be without any effect.")
    ] = False,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules instead.")] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="ID", help="Explain one rule instead.")
    ] = None,
    format: Shape = Format.TABLE,
    output: Outputs = None,
    quiet: Quiet = False,
) -> None:
    """Find hazards in policy files that load: rules that protect nobody, or explain nothing.

    A comment on the line of a finding, or above it, allows it: `# lint: allow POL-202 the reason`.

    Example: registry policy lint policies --fail-on error
    """
    from registry.cli.outputs.rows import of_lint
    from registry.cli.outputs.write import show_rows
    from registry.workflow.policy_lint import lint_row, lint_rule, lint_rules, policy_lint

    if explain is not None:
        show_one(lint_rule(explain), format, quiet=quiet)
        return
    if rules:
        columns = ["id", "name", "severity", "why"]
        show_list(lint_rules(), columns, format, quiet=quiet)
        return
    linted = policy_lint(_required(files), folder, fix=fix)
    for one in linted.fixed:
        say(f"fixed {one.place}: {one.message} ({one.id})")
    columns = ["id", "severity", "place", "message"]
    rows = [lint_row(one) for one in linted.findings]
    show_rows(
        *(rows, columns, of_lint(rows), output or [], format),
        quiet=quiet,
        empty="nothing to remark",
    )
    _end([one.severity for one in linted.findings], fail_on)


def _required(files: list[Path] | None) -> list[Path]:
    from registry.errors import InvalidInput

    if not files:
        raise InvalidInput(
            "no policy is named",
            expected="policy files, or folders of them",
            todo="see `registry policy lint --help`",
        )
    return files


def _end(found: list[str], fail_on: FailOn) -> None:
    """Exit 1 if a finding is severe enough."""
    severities = [FailOn.INFO, FailOn.WARNING, FailOn.ERROR]
    failing = severities[severities.index(fail_on) :] if fail_on is not FailOn.NEVER else []
    if any(one in failing for one in found):
        raise typer.Exit(1)

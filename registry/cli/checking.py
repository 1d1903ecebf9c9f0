"""``registry check``: what the policies say, without asking anybody. For people and for CI."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import As, Audience, ChosenFrom, Jurisdiction, Quiet, Use
from registry.cli.output import say
from registry.cli.outputs.formats import Output, Outputs, Target, targets
from registry.cli.surroundings import open_here, settings
from registry.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from registry.policy.decision import Decision
    from registry.policy.facts import Context
    from registry.workflow.checked import Checked
    from registry.workflow.published import Published

_EXITS = {"allow": 0, "deny": 1, "undecided": 3}


class FailOn(StrEnum):
    """What makes the command fail."""

    WARNING = "warning"
    ERROR = "error"
    NEVER = "never"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(check)


def check(
    use: Use,
    audience: Audience,
    version: Annotated[
        str | None, typer.Argument(metavar="NAME@V", help="The version; else --card ...")
    ] = None,
    jurisdiction: Jurisdiction = None,
    chosen_from: ChosenFrom = None,
    card: Annotated[
        Path | None, typer.Option(help="Without a registry: the dataset card, YAML.")
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option(help="Without a registry: what `registry datasets evidence` writes."),
    ] = None,
    policy_dir: Annotated[
        Path | None,
        typer.Option(help="Beside --card: the policies. Else where their files are, for lines."),
    ] = None,
    classification: Annotated[
        str | None, typer.Option(help="Beside --card: the source's classification.")
    ] = None,
    modality: Annotated[str | None, typer.Option(help="Beside --card: tabular, ...")] = None,
    published: Annotated[
        Path | None,
        typer.Option(help="Beside --card: `registry policies list --format json`, to compare."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="A line for every column, pair and secret.")
    ] = False,
    format: Annotated[
        Output | None, typer.Option(help="How to print the data; default: table.")
    ] = None,
    output: Outputs = None,
    fail_on: Annotated[
        FailOn,
        typer.Option(help="error: exit 1 denied, 3 undecided; warning: 1 for warnings as well."),
    ] = FailOn.ERROR,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Decide by the policies in effect: exit 0 allowed, 1 denied, 3 could not decide.

    With --card, --evidence and --policy-dir it decides from these files alone, and records nothing.

    Example: registry check claims@1 --use model-development --audience partner --jurisdiction DE
    """
    from registry.policy.facts import Context

    wanted = Context(use, audience, jurisdiction, tuple(chosen_from or ()))
    chosen = targets(output or [], format)
    stated = {"--classification": classification, "--modality": modality}
    if card is None and evidence is None:
        _require_none({**stated, "--published": published})
        found = _recorded(version, wanted, policy_dir, claimed)
    else:
        found = _from_files(version, (card, evidence, policy_dir), stated, wanted, published)
    _show(found, chosen, every=every, quiet=quiet)
    raise typer.Exit(_code(found.decision, fail_on))


def _recorded(
    version: str | None, wanted: "Context", folder: Path | None, claimed: str | None
) -> "Checked":
    """The check of a registered version."""
    from registry.workflow.check import checked

    if version is None:
        raise InvalidInput(
            "there is nothing to check",
            expected="NAME@V, or --card with --evidence and --policy-dir",
            todo="`registry datasets list` shows what is registered",
        )
    return checked(open_here(claimed), version, wanted, folder)


def _from_files(
    version: str | None,
    given: tuple[Path | None, Path | None, Path | None],
    stated: dict[str, str | None],
    wanted: "Context",
    published: Path | None,
) -> "Checked":
    """The check of what files describe."""
    from registry.clock import system_clock
    from registry.workflow.offline import Files, check_offline

    card, evidence, policies = given
    if wanted.chosen_from:
        raise InvalidInput(
            "--chosen-from is for a check in a registry",
            expected="NAME@V; the figures of budgets in an evidence file are without it",
        )
    if card is None or evidence is None or policies is None:
        raise InvalidInput(
            "a check without a registry needs all its files",
            expected="--card, --evidence and --policy-dir",
        )
    if version is not None:
        raise InvalidInput(
            f"{version} and --card are both to be checked", expected="one of the two"
        )
    files = Files(card, evidence, policies, stated["--classification"], stated["--modality"])
    return check_offline(files, wanted, system_clock(), _published(published))


def _published(path: Path | None) -> "Published | str":
    """The policies in effect: from a file, from a registry within reach, or why neither."""
    from registry.workflow.published import published_in, read_published

    if path is not None:
        return read_published(path)
    try:
        here = settings()
    except NotFound:
        return "there is no registry here, and no --published list"
    return published_in(here)


def _require_none(options: dict[str, object]) -> None:
    for name, value in options.items():
        if value is not None:
            raise InvalidInput(
                f"{name} is for a check from files", expected="--card and --evidence beside it"
            )


def _show(found: "Checked", chosen: list[Target], *, every: bool, quiet: bool) -> None:
    from registry.cli.findings import say_verdict
    from registry.cli.outputs.write import write_check

    for note in found.notes:
        say(note)
    write_check(found, chosen, every=every, quiet=quiet)
    if Target(Output.JSON, None) not in chosen or quiet:
        say_verdict(found)


def _code(decision: "Decision", fail_on: FailOn) -> int:
    if fail_on is FailOn.NEVER:
        return 0
    warned = any(one.outcome == "warn" and one.level == "warn" for one in decision.findings)
    if decision.outcome == "allow" and warned and fail_on is FailOn.WARNING:
        return 1
    return _EXITS[decision.outcome]

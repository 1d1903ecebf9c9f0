"""``registry check``: what the policies say, without asking anybody. For people and for CI."""

from typing import Annotated

import typer

from registry.cli.options import As, Audience, Jurisdiction, Quiet, Shape, Use
from registry.cli.output import Format
from registry.cli.surroundings import open_here

_EXITS = {"allow": 0, "deny": 1, "undecided": 3}


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(check)


def check(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    use: Use,
    audience: Audience,
    jurisdiction: Jurisdiction = None,
    every: Annotated[
        bool, typer.Option("--all", help="A line for every column, pair and secret.")
    ] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Decide by the policies in effect: exit 0 allowed, 1 denied, 3 could not decide.

    Example: registry check claims@1 --use model-development --audience partner --jurisdiction DE
    """
    from registry.cli.findings import show_decision
    from registry.policy.facts import Context
    from registry.workflow.check import check as run

    wanted = Context(use, audience, jurisdiction)
    decision = run(open_here(claimed), version, wanted)
    show_decision(decision, version, wanted, format, every=every, quiet=quiet)
    raise typer.Exit(_EXITS[decision.outcome])

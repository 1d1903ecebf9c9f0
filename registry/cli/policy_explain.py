"""``registry explain``, also ``registry policy explain``: why, and what would be allowed."""

from typing import Annotated

import typer

from registry.cli.options import As, Audience, Jurisdiction, Quiet, Shape, Use
from registry.cli.output import Format, show_list, show_one
from registry.cli.surroundings import open_here


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command()(explain)


def explain(
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
    """Say why a version is allowed or not, by every rule, and what is nearest that would be.

    Every proposal was decided on by the same policies; nothing is recorded, and the exit code is 0
    whatever the decision. It is one command under two names.

    Example: registry explain claims@1 --use model-development --audience partner --jurisdiction DE,
    or registry policy explain claims@1 --use model-development --audience partner
    """
    from registry.cli.explained import body, lines, rows
    from registry.policy.facts import Context
    from registry.workflow.explain import explain as run

    wanted = Context(use, audience, jurisdiction)
    found = run(open_here(claimed), version, wanted)
    if format is Format.JSON and not quiet:
        show_one(body(found, version, wanted), format)
    elif format is Format.TABLE and not quiet:
        typer.echo("\n".join(lines(found, version, wanted, every=every)))
    else:
        shown = rows(found, every=every or format is Format.NDJSON)
        unique = list({str(row["rule"]): row for row in shown}.values()) if quiet else shown
        show_list(unique, list(shown[0]), format, quiet=quiet)

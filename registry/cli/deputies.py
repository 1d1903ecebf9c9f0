"""``registry deputies``: who signs for whom, from which day to which."""

from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="Who may sign for whom, and until when.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="deputies")


@commands.command()
def name(
    deputy: Annotated[str, typer.Option(help="Who signs in one's place.")],
    first: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD, UTC.")],
    last: Annotated[str, typer.Option("--until", help="The last day, inclusive.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    principal: Annotated[
        str | None, typer.Option("--for", help="Oneself: nobody names a deputy for another.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Let somebody sign in one's own roles on some days.

    Example: registry deputies name --for stefan --deputy stella --from 2027-07-01
    --until 2027-07-31 --reason leave --as stefan
    """
    from registry.workflow.deputies import name_deputy

    row = name_deputy(open_here(claimed), deputy, first, last, reason, principal)
    show_one(row, format, quiet=quiet)


@commands.command("list")
def list_deputies(
    every: Annotated[bool, typer.Option("--all", help="Those that are over as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List who signs for whom, now and from now on.

    Example: registry deputies list
    """
    from registry.workflow.deputies import deputies

    columns = ["deputy", "who", "for", "from", "until", "state", "reason"]
    rows = deputies(open_here(), every=every)
    show_list(rows, columns, format, quiet=quiet, empty="nobody signs for another")


@commands.command()
def end(
    deputy: Annotated[str, typer.Argument(metavar="D-2", help="Which one.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    claimed: As = None,
) -> None:
    """End it before its last day; either of the two may.

    Example: registry deputies end D-1 --reason "back early" --as stefan
    """
    from registry.workflow.deputies import end_deputy

    row = end_deputy(open_here(claimed), deputy, reason)
    say(f"ended {row['deputy']}: {row['who']} signs no longer for {row['for']}")

"""``registry doctor``: what is wrong with this registry, and what to do."""

from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_list
from registry.cli.surroundings import settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(doctor)


def doctor(
    full: Annotated[
        bool, typer.Option("--full", help="Read every event and every stored file.")
    ] = False,
    anchor: Annotated[
        list[str] | None,
        typer.Option("--anchor", metavar="PLACE", help="A checkpoint, or a folder; repeatable."),
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Look for what is wrong; exit 6 for a fault, 3 for what could not be checked.

    Example: registry doctor --full --anchor /srv/worm/anchors
    """
    from registry.workflow.doctor.examine import examine
    from registry.workflow.doctor.finding import exit_code

    found = examine(settings(), full=full, anchors=anchor or [])
    columns = ["name", "level", "what"]
    show_list([vars(one) for one in found], columns, format, quiet=quiet)
    for one in found:
        if one.level != "ok" and (one.where or one.todo):
            say(f"{one.level}: {one.what}")
            for label, text in (("where", one.where), ("next", one.todo)):
                if text:
                    say(f"  {label}: {text}")
    raise typer.Exit(exit_code(found))

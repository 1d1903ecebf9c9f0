"""``registry templates``: templates of one's own for the reports."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_list
from registry.cli.surroundings import settings
from registry.errors import InvalidInput

commands = typer.Typer(help="Templates of one's own for the reports.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="templates")


@commands.command()
def export(folder: Annotated[Path, typer.Argument(help="A new folder for them.")]) -> None:
    """Copy the shipped templates into a folder, with a page on what they are handed.

    Example: registry templates export our-templates
    """
    from registry.workflow.templates.export import export_templates

    for path in export_templates(folder):
        typer.echo(str(path))
    say(f"change what you like, delete the rest, then: registry templates check {folder}")


@commands.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="The folder; default: the registry's setting.", show_default=False),
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Print a sample of every document from the templates in a folder; exit 2 if one fails.

    Example: registry templates check our-templates
    """
    from registry.workflow.templates.check import check_templates

    own = folder or _configured()
    checked = check_templates(own)
    rows = [vars(one) for one in checked.faults]
    show_list(rows, ["where", "what", "document"], format, quiet=quiet, empty="no fault found")
    say("replaces: " + (", ".join(checked.replaces) or "nothing"))
    if rows:
        raise typer.Exit(2)


def _configured() -> Path:
    found = settings().templates
    if found is None:
        raise InvalidInput(
            "no folder of templates is named, and none is set",
            expected="a folder, or the setting `templates` in registry.toml",
            todo="make one with `registry templates export our-templates`",
        )
    return found

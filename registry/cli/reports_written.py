"""``registry reports``: which reports were written."""

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, show_list
from registry.cli.surroundings import open_here

commands = typer.Typer(help="Which reports were written.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="reports")


@commands.command("list")
def list_reports(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List what was written, by whom and when, as the log has it.

    Example: registry reports list --format json
    """
    from registry.workflow.reports.written import reports_written

    columns = ["event", "at", "by", "about", "kind", "format"]
    found = reports_written(open_here())
    show_list(found, columns, format, quiet=quiet, empty="no report was written yet")

"""``registry metrics``: what can be measured, and how each metric is defined."""

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, show_list, show_one

commands = typer.Typer(help="The catalogue of metrics.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="metrics")


@commands.command("list")
def list_metrics(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List every metric a policy can name."""
    from registry.workflow.metrics import metrics

    show_list(metrics(), ["id", "scope", "direction", "unit", "title"], format, quiet=quiet)


@commands.command()
def show(metric: str, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Show one metric: definition, source, direction, unit.

    Example: registry metrics show privacy.linkability
    """
    from registry.workflow.metrics import metric as one

    show_one(one(metric), format, quiet=quiet)

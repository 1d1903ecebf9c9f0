"""``registry metrics``: what can be measured, and how each metric is defined."""

from dataclasses import asdict

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, show_list, show_one
from registry.errors import NotFound

commands = typer.Typer(help="The catalogue of metrics.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="metrics")


@commands.command("list")
def list_metrics(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List every metric a policy can name."""
    from evaluators.catalogue import CATALOGUE

    rows = [asdict(info) for info in CATALOGUE.values()]
    show_list(rows, ["id", "scope", "direction", "unit", "title"], format, quiet=quiet)


@commands.command()
def show(metric: str, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Show one metric: definition, source, direction, unit.

    Example: registry metrics show privacy.linkability
    """
    from evaluators.catalogue import CATALOGUE
    from registry.marked_yaml import suggestion

    if metric not in CATALOGUE:
        raise NotFound(
            f"there is no metric {metric!r}",
            expected=suggestion(metric, CATALOGUE),
            todo="see `registry metrics list`",
        )
    show_one(asdict(CATALOGUE[metric]), format, quiet=quiet)

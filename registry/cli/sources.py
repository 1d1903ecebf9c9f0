"""``registry sources``: real datasets and their committed digests."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here
from registry.cli.withdrawing import withdraw_source

commands = typer.Typer(help="Real datasets: digests and description.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="sources")
    commands.command("withdraw")(withdraw_source)


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="The source's name.")],
    real: Annotated[Path, typer.Option(help="The training table: .csv, .csv.gz or .parquet.")],
    holdout: Annotated[Path, typer.Option(help="Real rows that no generator may see.")],
    classification: Annotated[
        str,
        typer.Option(help="public, internal, confidential, personal or special-category."),
    ],
    modality: Annotated[str, typer.Option(help="What kind of data.")] = "tabular",
    title: Annotated[str | None, typer.Option(help="A readable title.")] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="Column that identifies a person, in one table only. May be repeated."),
    ] = None,
    claimed: As = None,
) -> None:
    """Commit the digests of a real dataset; no row is kept.

    Example: registry sources add claims --real train.csv --holdout holdout.csv
    --classification special-category --as ada
    """
    from registry.workflow.add_source import add_source

    source = add_source(
        open_here(claimed),
        name,
        real,
        holdout,
        classification=classification,
        modality=modality,
        title=title,
        key=key or (),
    )
    say(
        f"added the source {source.name}: {source.training_rows} training rows, "
        f"{source.holdout_rows} holdout rows"
    )
    say(
        f"{source.holdout_in_training:.1%} of the holdout is identical to a training row, "
        f"{source.training_twins:.1%} of the training table to another of its rows"
    )
    say(f"next: a steward confirms it with `registry sources confirm {source.name}`")


@commands.command()
def confirm(name: str, claimed: As = None) -> None:
    """Confirm a source and its classification, as a steward.

    Example: registry sources confirm claims --as stefan
    """
    from registry.workflow.confirm_source import confirm_source

    source = confirm_source(open_here(claimed), name)
    say(f"confirmed {source.name} as {source.classification}, {source.modality}")


@commands.command("list")
def list_sources(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List the sources."""
    from registry.workflow.listing import sources

    columns = ["name", "state", "classification", "modality", "training_rows", "holdout_rows"]
    show_list(sources(open_here()), columns, format, quiet=quiet)


@commands.command()
def show(name: str, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Show one source with its committed digests."""
    from registry.workflow.listing import source

    show_one(source(open_here(), name), format, quiet=quiet)

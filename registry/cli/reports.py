"""``registry report``: documents for people."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.output import say
from registry.cli.surroundings import open_here


class Kind(StrEnum):
    """The reports there are."""

    QUALITY = "quality"


class ReportFormat(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    MD = "md"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(report)


def report(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    kind: Annotated[Kind, typer.Option(help="Which report.")] = Kind.QUALITY,
    format: Annotated[ReportFormat, typer.Option(help="html or md.")] = ReportFormat.HTML,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where; - prints it.")
    ] = None,
) -> None:
    """Write a report from the stored records; prints its path.

    Example: registry report claims@1 --kind quality --format html
    """
    from registry.workflow.report import report_text, write_report

    context = open_here()
    text = report_text(context, version, format.value)
    if output == Path("-"):
        typer.echo(text, nl=False)
        return
    path = write_report(context, version, kind.value, format.value, text, output)
    typer.echo(str(path))
    say(f"wrote the {kind} report of {version}")

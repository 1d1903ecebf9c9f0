"""``registry report``: documents for people."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.output import say
from registry.cli.surroundings import open_here


class Kind(StrEnum):
    """The reports there are of one version."""

    QUALITY = "quality"
    TSTR = "tstr"
    PRIVACY_UTILITY = "privacy-utility"


class ReportFormat(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    PDF = "pdf"
    MD = "md"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(report)


def report(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    kind: Annotated[Kind, typer.Option(help="Which report.")] = Kind.QUALITY,
    format: Annotated[ReportFormat, typer.Option(help="The kind of file.")] = ReportFormat.HTML,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where; - prints it.")
    ] = None,
) -> None:
    """Write a report from the stored records; prints its path.

    Example: registry report claims@1 --kind quality --format pdf
    """
    from registry.workflow.reports import report as reports
    from registry.workflow.reports.write import printed, write_report

    context = open_here()
    made = reports.report(context, version, kind.value)
    if output == Path("-"):
        sys.stdout.buffer.write(printed(context, made, format.value))
        return
    path = write_report(context, made, format.value, output)
    typer.echo(str(path))
    say(f"wrote the {kind} report of {version}")

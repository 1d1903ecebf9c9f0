"""``registry report``: documents for people."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.output import say
from registry.cli.surroundings import open_here
from registry.errors import InvalidInput

if TYPE_CHECKING:
    from registry.reports.document import Document
    from registry.workflow.context import Context


class Kind(StrEnum):
    """The reports there are of one version."""

    QUALITY = "quality"


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
    version: Annotated[
        str | None, typer.Argument(metavar="[NAME@V]", help="The version.", show_default=False)
    ] = None,
    kind: Annotated[Kind, typer.Option(help="Which report.")] = Kind.QUALITY,
    format: Annotated[ReportFormat, typer.Option(help="The kind of file.")] = ReportFormat.HTML,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="NAME@V NAME@V", help="Instead: the second against the first."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where; - prints it.")
    ] = None,
) -> None:
    """Write a report from the stored records; prints its path.

    Example: registry report claims@1 --kind quality --format pdf
    Example: registry report --compare claims@1 claims@2
    """
    from registry.workflow.reports.write import printed, write_report

    context = open_here()
    made = _made(context, version, kind, compare)
    if output == Path("-"):
        sys.stdout.buffer.write(printed(context, made, format.value))
        return
    path = write_report(context, made, format.value, output)
    typer.echo(str(path))
    say(f"wrote the {made.kind} report of {made.label}")


def _made(
    context: "Context", version: str | None, kind: Kind, compare: tuple[str, str] | None
) -> "Document":
    from registry.workflow.reports.compare import compare as compared
    from registry.workflow.reports.report import report as reported

    if compare and version is None:
        return compared(context, *compare)
    if version is None or compare:
        raise InvalidInput(
            "there is no version to report on" if version is None else "a version too many",
            expected="one NAME@V, or --compare with two",
            todo="see `registry report --help`",
        )
    return reported(context, version, kind.value)

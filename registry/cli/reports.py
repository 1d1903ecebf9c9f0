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
    """The reports there are: of a version, of a release, of a policy, and of everything."""

    QUALITY = "quality"
    TSTR = "tstr"
    PRIVACY_UTILITY = "privacy-utility"
    CARD = "card"
    CERTIFICATE = "certificate"
    POLICY = "policy"


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
    about: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME@V]",
            help="The version; REL-1 for a certificate, POLICY[@VERSION] for a policy.",
            show_default=False,
        ),
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
    Example: registry report REL-1 --kind certificate --format pdf
    Example: registry report house-rules@1.0.0 --kind policy
    """
    from registry.workflow.reports.write import printed, write_report

    context = open_here()
    made = _made(context, about, kind, compare)
    if output == Path("-"):
        sys.stdout.buffer.write(printed(context, made, format.value))
        return
    path = write_report(context, made, format.value, output)
    typer.echo(str(path))
    say(f"wrote the {made.kind} report of {made.label}")


def _made(
    context: "Context", about: str | None, kind: Kind, compare: tuple[str, str] | None
) -> "Document":
    from registry.workflow.reports.compare import compare as compared
    from registry.workflow.reports.report import ABOUT
    from registry.workflow.reports.report import report as reported

    if compare and about is None:
        return compared(context, *compare)
    if about is None or compare:
        raise InvalidInput(
            "nothing is named to report on" if about is None else "a version too many",
            expected=f"one {ABOUT[kind]}, or --compare with two versions",
            todo="see `registry report --help`",
        )
    return reported(context, about, kind.value)

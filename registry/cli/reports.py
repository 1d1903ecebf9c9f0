"""``registry report``: documents for people."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.output import put, say
from registry.cli.surroundings import open_here, server

if TYPE_CHECKING:
    from registry.reports.document import Document
    from registry.workflow.context import Context
    from registry.workflow.reports.asked import Asked


class Kind(StrEnum):
    """The reports there are: of a version, of a release, of a policy, and of everything."""

    QUALITY = "quality"
    TSTR = "tstr"
    PRIVACY_UTILITY = "privacy-utility"
    CARD = "card"
    CERTIFICATE = "certificate"
    POLICY = "policy"
    PORTFOLIO = "portfolio"
    AUDIT = "audit"


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
    everything: Annotated[
        bool,
        typer.Option("--all", help="Every kind in every format, with an index, into a folder."),
    ] = False,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day of an audit report.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Its last day, to its end in UTC.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where; - prints it.")
    ] = None,
    templates: Annotated[
        Path | None, typer.Option(help="A folder of templates of one's own.", show_default=False)
    ] = None,
) -> None:
    """Write a report from the stored records; prints its path.

    An audit report on a trail that does not verify is written, and ends with 6.

    Example: registry report claims@1 --kind quality --format pdf
    Example: registry report claims@1 --all -o claims-reports
    Example: registry report --compare claims@1 claims@2
    Example: registry report REL-1 --kind certificate --format pdf
    Example: registry report house-rules@1.0.0 --kind policy
    Example: registry report --kind portfolio
    Example: registry report --kind audit --from 2026-01-01 --to 2026-06-30
    """
    from registry.workflow.reports.asked import Asked, made

    context = _open(templates)
    if everything:
        _write_all(context, about, output)
        return
    asked = Asked(kind.value, about, compare, since, until)
    if server():
        _fetch(context, asked, format.value, output)
        return
    document, failure = made(context, asked)
    _put(context, document, format.value, output)
    if failure:
        raise failure


def _fetch(context: "Context", asked: "Asked", format: str, output: Path | None) -> None:
    """Have a server print a report; it goes where it is asked for, or into the current folder."""
    from registry.workflow.reports.served import report_bytes
    from registry.workflow.reports.write import replace_file

    content = report_bytes(context, asked, format)
    if output == Path("-"):
        put(content)
        return
    about = "" if asked.about is None else asked.about.replace("/", "-") + "-"
    path = output or Path(f"{about}{asked.kind}.{format}")
    replace_file(path, content)
    typer.echo(str(path))


def _put(context: "Context", document: "Document", format: str, output: Path | None) -> None:
    """Write it, or print it where ``-`` is asked for."""
    from registry.workflow.reports.write import printed, write_report

    if output == Path("-"):
        put(printed(context, document, format))
        return
    typer.echo(str(write_report(context, document, format, output)))
    say(f"wrote the {document.kind} report of {document.label}")


def _open(templates: Path | None) -> "Context":
    """The open registry, printing from ``templates`` where they were given; a server takes none."""
    from registry.errors import InvalidInput

    if server() and templates is not None:
        raise InvalidInput("a server prints from its own templates", expected="no --templates")
    context = open_here()
    if templates is None:
        return context
    return replace(context, settings=replace(context.settings, templates=templates.absolute()))


def _write_all(context: "Context", version: str | None, output: Path | None) -> None:
    from registry.errors import InvalidInput
    from registry.workflow.reports.served import every_report

    if version is None or output == Path("-"):
        raise InvalidInput(
            "a set of reports is of one version, and goes into a folder",
            expected="NAME@V --all, and a folder with --output if not the registry's own",
        )
    typer.echo(str(every_report(context, version, output)))
    say(f"wrote every report of {version}; begin with the index")

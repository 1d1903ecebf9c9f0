"""``registry export``: a version in other people's formats."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.output import put, say
from registry.cli.surroundings import open_here, server

if TYPE_CHECKING:
    from registry.workflow.context import Context


class Foreign(StrEnum):
    """The formats there are (`registry.exchange.formats`)."""

    CROISSANT = "croissant"
    HF_CARD = "hf-card"
    OPENDP = "opendp"
    PROV = "prov"
    PROV_N = "prov-n"
    OPENLINEAGE = "openlineage"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(export)


def export(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    foreign: Annotated[Foreign, typer.Option("--as", help="In which format.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where; - prints it.")
    ] = None,
    lossiness: Annotated[
        bool, typer.Option("--lossiness", help="Instead: what the format cannot carry.")
    ] = False,
) -> None:
    """Write what is known of a version as a file that other programs read; prints its path.

    It tells bands in place of figures, and neither recipients nor paths nor the names of signers.

    Example: registry export claims@1 --as croissant -o claims.json
    Example: registry export claims@1 --as hf-card -o README.md
    Example: registry export claims@1 --as opendp --lossiness -o -
    """
    if server():
        put = _fetch_losses if lossiness else _fetch
    else:
        put = _put_losses if lossiness else _put
    put(open_here(), version, foreign.value, output)


def _put(context: "Context", version: str, format: str, output: Path | None) -> None:
    from registry.workflow.exchange.export import exported, log_exported, write_export

    one = exported(context, version, format)
    if output == Path("-"):
        put(one.text.encode())
        log_exported(context, [one])
        return
    typer.echo(str(write_export(context, one, output)))
    say(f"{one.losses.lead} See it with --lossiness.")


def _put_losses(context: "Context", version: str, format: str, output: Path | None) -> None:
    from registry.workflow.exchange.export import losses
    from registry.workflow.reports.write import printed, write_report

    document = losses(context, version, format)
    if output == Path("-"):
        put(printed(context, document, "md"))
        return
    typer.echo(str(write_report(context, document, "md", output)))


def _fetch(context: "Context", version: str, format: str, output: Path | None) -> None:
    """From a server: where it is asked for, or into the current folder."""
    from registry.workflow.exchange.served import export_file

    name, text = export_file(context, version, format)
    _keep(text.encode(), output, name)


def _fetch_losses(context: "Context", version: str, format: str, output: Path | None) -> None:
    from registry.workflow.exchange.served import losses_text

    _keep(losses_text(context, version, format), output, f"{version}-{format}-losses.md")


def _keep(content: bytes, output: Path | None, name: str) -> None:
    from registry.workflow.reports.write import replace_file

    if output == Path("-"):
        put(content)
        return
    path = output or Path(name)
    replace_file(path, content)
    typer.echo(str(path))

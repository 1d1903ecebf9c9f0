"""``registry datasets evidence``: what the gate reads of a version, for a check elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.surroundings import open_here


def add_to(nouns: typer.Typer) -> None:
    """Add the command of this file."""
    nouns.command()(evidence)


def evidence(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; default: stdout.")
    ] = None,
) -> None:
    """Write the evidence on a version as JSON, which `registry check --evidence` takes.

    Example: registry datasets evidence claims@1 -o evidence.json
    """
    from registry.workflow.export_evidence import export_evidence

    found = export_evidence(open_here(), version)
    text = found.model_dump_json(indent=2, by_alias=True, exclude_none=True)
    if output is None:
        typer.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")

"""``registry policy doc``: the governance policy for people who read no YAML."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import PolicyDir
from registry.cli.output import put, say
from registry.errors import InvalidInput


class DocumentFormat(StrEnum):
    """What the document can be written as."""

    MD = "md"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command()(doc)


def doc(
    files: Annotated[list[Path], typer.Argument(help="Policy files, or folders of them.")],
    format: Annotated[DocumentFormat, typer.Option(help="The kind of file.")] = DocumentFormat.MD,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A file, or a folder; printed without it."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="An older version, to list the changes.")
    ] = None,
    folder: PolicyDir = None,
) -> None:
    """Write policies as documents: uses, thresholds, terms, approvals, and why.

    Example: registry policy doc policies/partner-sharing.yaml --format html -o partner.html
    """
    from registry.workflow.policy_doc import documents, write_documents

    found = documents(files, format.value, folder, against)
    if output is not None and output != Path("-"):
        for path in write_documents(found, output):
            typer.echo(str(path))
        say("wrote 1 document" if len(found) == 1 else f"wrote {len(found)} documents")
        return
    if format is not DocumentFormat.MD and len(found) > 1:
        raise InvalidInput(
            f"{len(found)} pages cannot be printed as one",
            expected="a folder for them",
            todo="give it with --output",
        )
    put(b"\n".join(one.content for one in found))

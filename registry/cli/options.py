"""Options that several commands share, spelt once."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.output import Format

As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help="Act as this account (local mode only; its sign-offs are labelled unauthenticated).",
        envvar="REGISTRY_AS",
        show_envvar=True,
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--idempotency-key",
        metavar="TEXT",
        help="Do it once: a repeat under the same key returns the first result.",
    ),
]
Shape = Annotated[Format, typer.Option("--format", help="How to print the data.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print ids only.")]
PolicyDir = Annotated[
    Path | None,
    typer.Option(
        "--policy-dir",
        help="A folder with the policies that others extend; beside the file is looked as well.",
    ),
]
Use = Annotated[str, typer.Option("--use", help="What for, such as model-development.")]
Audience = Annotated[str, typer.Option("--audience", help="internal, partner or public.")]
ChosenFrom = Annotated[
    list[str] | None,
    typer.Option(
        "--chosen-from",
        metavar="NAME@V",
        help="A version whose results informed the choice; its release is charged as well.",
    ),
]
Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", help="Where, as ISO 3166 (DE, NO, ...).")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; kept with the signature.")]
Certificates = Annotated[
    Path | None,
    typer.Option(
        "--tsa-certificate", help="PEM: the certificates that the time-stamp server's rests on."
    ),
]

"""``registry policy schema``: the policy language for editors."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.output import say


def add_to(verbs: typer.Typer) -> None:
    """Add the command of this file."""
    verbs.command()(schema)


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where; printed without it.")
    ] = None,
) -> None:
    """Print the JSON Schema of policies, for editors that check while one writes.

    Editors that speak to yaml-language-server read it from the first line of a policy:
    `# yaml-language-server: $schema=./release-policy.schema.json`.

    Example: registry policy schema -o policies/release-policy.schema.json
    """
    from registry.workflow.policy_schema import schema_text, write_schema

    if output is None or output == Path("-"):
        typer.echo(schema_text(), nl=False)
        return
    typer.echo(str(write_schema(output)))
    say("wrote the JSON Schema of policies")
